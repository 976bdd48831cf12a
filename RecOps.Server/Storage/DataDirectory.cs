using Microsoft.Extensions.Options;

namespace RecOps.Server.Storage;

/// <summary>The directory of <see cref="DataOptions"/>. Others on the machine may not read what shoppers did.</summary>
internal sealed class DataDirectory(IOptions<DataOptions> options)
{
    private readonly string _path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, options.Value.Directory));

    /// <summary>Absolute path of a file in the directory, which is there afterwards.</summary>
    /// <exception cref="IOException">It cannot be made, or may not.</exception>
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
                $"The directory '{_path}' cannot be made ({error.Message.TrimEnd('.')}). Set Data:Directory to one that can.",
                error
            );
        }

        return Path.Combine(_path, file);
    }

    /// <inheritdoc cref="Replace(string, Action{FileStream})"/>
    public void Replace(string file, byte[] content) => Replace(file, stream => stream.Write(content));

    /// <summary>
    /// Replaces a file in one step: whoever opens it finds the old one or the new one whole, also after the power failed.
    /// </summary>
    /// <exception cref="IOException">It cannot be written; the old one stays.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the old one stays.</exception>
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
