using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace RecOps.Shared.Bundles;

/// <summary>A whole file as memory: mapped, so that the page cache reads what is touched, or read into its own memory.</summary>
internal sealed unsafe class FileMemory : IDisposable
{
    /// <summary>The alignment that vector instructions prefer; tensors inside the file may have less.</summary>
    private const nuint Alignment = 64;

    private const int PieceBytes = 1 << 24;
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private byte* _start;

    private FileMemory(MemoryMappedFile file, MemoryMappedViewAccessor view, byte* start, long length)
        : this(start, length) => (_file, _view) = (file, view);

    private FileMemory(byte* start, long length)
    {
        _start = start;
        Length = length;
    }

    /// <summary>Valid until this is disposed of.</summary>
    public byte* Start => _start;

    public long Length { get; }

    /// <param name="path">A file that is not empty.</param>
    public static FileMemory Map(string path)
    {
        long length = new FileInfo(path).Length;
        MemoryMappedFile file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        MemoryMappedViewAccessor? view = null;
        try
        {
            view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            return new FileMemory(file, view, start, length);
        }
        catch
        {
            view?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the file, which may change or disappear afterwards.</summary>
    /// <exception cref="EndOfStreamException">It was truncated meanwhile.</exception>
    public static FileMemory Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        long length = stream.Length;
        var memory = new FileMemory((byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, length), Alignment), length);
        try
        {
            for (long done = 0; done < length; done += PieceBytes)
                stream.ReadExactly(new Span<byte>(memory._start + done, (int)Math.Min(PieceBytes, length - done)));
            return memory;
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_start is null)
            return;
        if (_view is null)
        {
            NativeMemory.AlignedFree(_start);
        }
        else
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file!.Dispose();
        }

        _start = null;
    }
}
