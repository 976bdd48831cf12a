using System.IO.Compression;
using System.Text;

namespace RecOps.Tests;

/// <summary>A temporary directory for one test, deleted after it.</summary>
public sealed class TempDirectory : IDisposable
{
    public TempDirectory() => Path = Directory.CreateTempSubdirectory("recops-test-").FullName;

    public string Path { get; }

    /// <summary>Relative paths of everything in it, at any depth.</summary>
    public string[] Entries =>
        [
            .. Directory
                .EnumerateFileSystemEntries(Path, "*", SearchOption.AllDirectories)
                .Select(entry => System.IO.Path.GetRelativePath(Path, entry))
                .Order(StringComparer.Ordinal),
        ];

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(At(name), content);
        return At(name);
    }

    public string WriteGzip(string name, string text) => Write(name, Gzip(Encoding.UTF8.GetBytes(text)));

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }

    public void Dispose()
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 200)
            {
                // A server thread may still be writing after the test has stopped its host.
                Thread.Sleep(10);
            }
        }
    }
}
