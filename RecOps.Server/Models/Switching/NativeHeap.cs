using System.Runtime.InteropServices;

namespace RecOps.Server.Models.Switching;

/// <summary>The C library's heap, where ONNX Runtime keeps weights and graphs.</summary>
internal static partial class NativeHeap
{
    /// <summary>
    /// Returns free pages to the system. glibc keeps them in the arena of the thread that opened a session, and each session is opened by a
    /// different thread. Without this, every few model changes would cost another model's worth of memory.
    /// </summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = TrimGlibc(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, such as musl, which returns pages by itself.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimGlibc(nuint keep);
}
