using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Serving.Models;

namespace RecOps.Server.Models.Copies;

/// <summary>
/// The lock file beside a copy. The process that uses the copy holds the lock, and a killed process holds none. The file also records the
/// stamps of the copied files.
/// </summary>
internal sealed class CopyRecord : IDisposable
{
    private readonly FileStream _file;
    private readonly string _path;

    private CopyRecord(FileStream file, string path) => (_file, _path) = (file, path);

    /// <summary>Creates the record of a copy that is about to be made.</summary>
    public static CopyRecord Create(string path) =>
        new(new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None), path);

    /// <returns>False while it is in use by another process or by this one; also when it is gone.</returns>
    public static bool TryLock(string path, [NotNullWhen(true)] out CopyRecord? record)
    {
        record = null;
        try
        {
            record = new CopyRecord(new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None), path);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <returns>Null when the record is empty or invalid.</returns>
    public Dictionary<string, FileStamp?>? Read()
    {
        try
        {
            _file.Position = 0;
            return JsonSerializer.Deserialize(_file, CopyJson.Default.DictionaryStringNullableFileStamp);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Write(IReadOnlyDictionary<string, FileStamp?> stamps)
    {
        _file.SetLength(0);
        JsonSerializer.Serialize(
            _file,
            new Dictionary<string, FileStamp?>(stamps, StringComparer.Ordinal),
            CopyJson.Default.DictionaryStringNullableFileStamp
        );
        _file.Flush();
    }

    /// <summary>Removes it once the copy is gone.</summary>
    public void Delete()
    {
        _file.Dispose();
        File.Delete(_path);
    }

    public void Dispose() => _file.Dispose();
}

[JsonSerializable(typeof(Dictionary<string, FileStamp?>))]
internal sealed partial class CopyJson : JsonSerializerContext;
