using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using RecOps.Serving.Models;

namespace RecOps.Server.Models.Copies;

/// <summary>
/// The file beside a copy. Whoever uses the copy has it locked, and a process that was killed holds no lock. It remembers what the copied
/// files looked like.
/// </summary>
internal sealed class CopyRecord : IDisposable
{
    private readonly FileStream _file;
    private readonly string _path;

    private CopyRecord(FileStream file, string path) => (_file, _path) = (file, path);

    /// <summary>Makes the record of a copy that is about to be made.</summary>
    public static CopyRecord Create(string path) =>
        new(new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None), path);

    /// <returns>False while another process, or this one, has it; also when it is gone.</returns>
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

    /// <returns>Null when nothing that makes sense was written down.</returns>
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

    /// <summary>Removes it, when the copy is gone.</summary>
    public void Delete()
    {
        _file.Dispose();
        File.Delete(_path);
    }

    public void Dispose() => _file.Dispose();
}

[JsonSerializable(typeof(Dictionary<string, FileStamp?>))]
internal sealed partial class CopyJson : JsonSerializerContext;
