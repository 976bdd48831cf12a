using Microsoft.Extensions.Options;

namespace RecOps.Server.Storage;

/// <summary>The directory of <see cref="DataOptions"/>. Other users of the machine cannot read shopper histories in it.</summary>
internal sealed class DataDirectory(IOptions<DataOptions> options)
{
    private readonly string _path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, options.Value.Directory));

    /// <summary>Absolute path of a file in the directory, creating the directory if needed.</summary>
    /// <exception cref="IOException">The directory cannot be created.</exception>
    public string PathOf(string file)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(_path);
            else
                Directory.CreateDirectory(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The directory '{_path}' cannot be created ({error.Message.TrimEnd('.')}). Set Data:Directory to a writable location.",
                error
            );
        }

        return Path.Combine(_path, file);
    }

    /// <inheritdoc cref="Replace(string, Action{FileStream})"/>
    public void Replace(string file, byte[] content) => Replace(file, stream => stream.Write(content));

    /// <summary>Replaces a file atomically: a reader finds either the old or the new file, complete, even after a power failure.</summary>
    /// <exception cref="IOException">It cannot be written; the old one stays.</exception>
    /// <exception cref="UnauthorizedAccessException">Writing is not permitted; the old file stays.</exception>
    public void Replace(string file, Action<FileStream> write)
    {
        string path = PathOf(file);
        using (FileStream fresh = File.Create(path + ".new"))
        {
            write(fresh);
            fresh.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
    }
}
