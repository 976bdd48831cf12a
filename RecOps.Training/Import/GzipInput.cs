using System.IO.Compression;

namespace RecOps.Training.Import;

/// <summary>
/// Decompresses a gzip file and detects truncation. <see cref="GZipStream"/> takes the end of a truncated file for the end of the data.
/// So another gzip member with a known text is appended to the file: it only comes out if everything before it was complete.
/// </summary>
internal sealed class GzipInput : Stream
{
    private const int MarkLength = 16;
    private const int BufferBytes = 1 << 17;
    private static readonly byte[] Mark = "RecOps end mark."u8.ToArray();
    private static readonly byte[] PackedMark = Pack(Mark);
    private readonly GZipStream _gzip;
    private readonly byte[] _held = new byte[MarkLength + BufferBytes];
    private int _count;

    /// <param name="file">Positioned at the start of the gzip data; stays open.</param>
    public GzipInput(Stream file) => _gzip = new GZipStream(new WithTail(file), CompressionMode.Decompress);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="InvalidDataException">The data is damaged, or its end is missing.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        while (_count <= MarkLength)
        {
            int read = _gzip.Read(_held, _count, _held.Length - _count);
            if (read == 0)
            {
                return _held.AsSpan(0, _count).SequenceEqual(Mark) ? 0 : throw new InvalidDataException("The file is truncated.");
            }

            _count += read;
        }

        int ready = Math.Min(buffer.Length, _count - MarkLength);
        _held.AsSpan(0, ready).CopyTo(buffer);
        _held.AsSpan(ready, _count - ready).CopyTo(_held);
        _count -= ready;
        return ready;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _gzip.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(content);
        return packed.ToArray();
    }

    /// <summary>A file followed by the compressed mark.</summary>
    private sealed class WithTail(Stream file) : Stream
    {
        private int _tail;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            int read = file.Read(buffer);
            if (read > 0 || buffer.IsEmpty)
                return read;
            ReadOnlySpan<byte> rest = PackedMark.AsSpan(_tail);
            read = Math.Min(rest.Length, buffer.Length);
            rest[..read].CopyTo(buffer);
            _tail += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
