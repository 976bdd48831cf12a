using System.Runtime.InteropServices;

namespace RecOps.Serving.Models;

/// <summary>
/// A file's metadata, read without its content. Equal stamps mean that nobody wrote to it or replaced it. On Linux this also detects tools
/// that restore the modification time, such as <c>cp -p</c> and <c>rsync -t</c>.
/// </summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Written">Last modification of its content, in the file system's own resolution.</param>
/// <param name="Changed">Last change of anything about it; where that is unknown, its creation.</param>
/// <param name="Inode">Identity of the file; 0 where unknown.</param>
internal readonly partial record struct FileStamp(long Bytes, long Written, long Changed, ulong Inode)
{
    private const int CurrentDirectory = -100;
    private const int FollowLinks = 0;
    private const uint BasicFields = 0x7FF;
    private const int NoSuchFile = 2;
    private const int NoDirectory = 20;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <returns>Null when there is no such file, or it cannot be inspected.</returns>
    public static FileStamp? Of(string path)
    {
        try
        {
            return OperatingSystem.IsLinux() && TryAsk(path, out FileStamp? stamp) ? stamp : Read(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool TryAsk(string path, out FileStamp? stamp)
    {
        stamp = null;
        try
        {
            if (Ask(CurrentDirectory, path, FollowLinks, BasicFields, out Status status) == 0)
            {
                stamp = new FileStamp((long)status.Bytes, status.Written.Nanoseconds, status.Changed.Nanoseconds, status.Inode);
                return true;
            }
        }
        catch (Exception error) when (error is EntryPointNotFoundException or DllNotFoundException)
        {
            // An old C library.
            return false;
        }

        // A sandbox may forbid the call, which says nothing about the file.
        return Marshal.GetLastPInvokeError() is NoSuchFile or NoDirectory;
    }

    private static FileStamp? Read(string path)
    {
        FileSystemInfo file = new FileInfo(path);
        if (file.LinkTarget is not null)
            file = file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
        return file is FileInfo { Exists: true } found
            ? new FileStamp(found.Length, found.LastWriteTimeUtc.Ticks, found.CreationTimeUtc.Ticks, 0)
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Ask(int directory, string path, int flags, uint fields, out Status status);

    /// <summary>The kernel's struct statx, the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Bytes;

        [FieldOffset(96)]
        public Time Changed;

        [FieldOffset(112)]
        public Time Written;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public uint Fraction;
        public int Reserved;

        public readonly long Nanoseconds => (Seconds * NanosecondsPerSecond) + Fraction;
    }
}
