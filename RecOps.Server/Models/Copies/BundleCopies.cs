using System.Globalization;
using System.Security.Cryptography;
using RecOps.Server.Storage;
using RecOps.Serving.Models;
using RecOps.Shared.Bundles;

namespace RecOps.Server.Models.Copies;

/// <summary>
/// Private copies of bundles in Data:Directory. Nobody else may change a mapped file: truncating one crashes the process, and overwriting
/// one mixes two models in one list. A hard link would not help, since it is the same file. A copy is named by the hash of the manifest,
/// which holds the hashes of all files. It survives a restart, after which it is only read for verification. Each copy belongs to one
/// process at a time; two processes on one directory have a copy each.
/// </summary>
internal sealed partial class BundleCopies(DataDirectory data, IHostApplicationLifetime lifetime, ILogger<BundleCopies> logger)
{
    private const string Folder = "bundles";
    private const string RecordEnding = ".json";
    private const int KeyLength = 32;

    /// <summary>Space left free on the disk for everything else that must be written there.</summary>
    private const long Reserve = 64 << 20;

    private readonly Lock _changes = new();
    private readonly Dictionary<string, BundleCopy> _taken = new(StringComparer.Ordinal);

    /// <summary>Returns a verified copy of the files that lists are made with.</summary>
    /// <param name="source">Source directory of the bundle.</param>
    /// <param name="atStart">Whether an existing copy is enough, whatever became of the source, so that a restarted server keeps serving.
    /// Otherwise the source must be valid too.</param>
    /// <exception cref="BundleException">The files do not match the manifest.</exception>
    /// <exception cref="IOException">There is no space, or the directory cannot be written to.</exception>
    public BundleCopy Take(string source, BundleManifest manifest, byte[] manifestJson, bool atStart, CancellationToken cancellationToken)
    {
        string key = Convert.ToHexStringLower(SHA256.HashData(manifestJson))[..KeyLength];
        Dictionary<string, FileStamp?> stamps = BundleSource.StampsOf(source, manifest);
        lock (_changes)
        {
            BundleCopy? copy = _taken.GetValueOrDefault(key) ?? Find(key, manifest, manifestJson);
            if (copy is not null && !atStart && !BundleSource.AreEqual(stamps, copy.Verified))
            {
                try
                {
                    BundleVerification.Verify(source, manifest);
                    copy.Verified = stamps;
                    copy.Record.Write(stamps);
                }
                catch
                {
                    if (copy.Users == 0)
                        copy.Record.Dispose();
                    throw;
                }
            }

            copy ??= Make(key, source, manifest, manifestJson, stamps, cancellationToken);
            copy.Users++;
            _taken[key] = copy;
            return copy;
        }
    }

    /// <summary>Deletes unused copies: of bundles served before a restart, and leftovers of a killed process.</summary>
    public void RemoveLeftovers()
    {
        lock (_changes)
        {
            try
            {
                foreach (string record in Directory.EnumerateFiles(Root(), "*" + RecordEnding))
                    RemoveUnused(record);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                LogNotRemoved(error.Message);
            }
        }
    }

    internal void GiveBack(BundleCopy copy)
    {
        lock (_changes)
        {
            if (--copy.Users > 0)
                return;
            _taken.Remove(copy.Key);

            // The next start needs it.
            if (lifetime.ApplicationStopping.IsCancellationRequested)
                copy.Record.Dispose();
            else
                Remove(copy.Path, copy.Record);
        }
    }

    private static long BytesOf(BundleManifest manifest) =>
        manifest.Files.Where(file => BundleFile.IsServed(file.Key)).Sum(file => file.Value.Bytes);

    private static void CheckRoom(string root, long bytes)
    {
        long free;
        try
        {
            free = new DriveInfo(root).AvailableFreeSpace;
        }
        catch (ArgumentException)
        {
            // A Windows share: whether there is space shows during the copy.
            return;
        }

        if (free < bytes + Reserve)
            throw new IOException(
                string.Create(CultureInfo.InvariantCulture, $"it takes {bytes:N0} bytes and {free:N0} are free in {root}")
            );
    }

    private static void VerifyServed(string directory, BundleManifest manifest)
    {
        foreach ((string name, BundleFileRecord record) in manifest.Files)
        {
            if (BundleFile.IsServed(name))
                BundleVerification.VerifyFile(Path.Combine(directory, name), name, record);
        }
    }

    private string Root()
    {
        string root = data.PathOf(Folder);
        Directory.CreateDirectory(root);
        return root;
    }

    /// <summary>A complete copy that an earlier process left.</summary>
    private BundleCopy? Find(string key, BundleManifest manifest, byte[] manifestJson)
    {
        foreach (string path in Directory.EnumerateDirectories(Root(), key + "-*"))
        {
            if (!CopyRecord.TryLock(path + RecordEnding, out CopyRecord? record))
                continue;
            try
            {
                string own = Path.Combine(path, BundleFile.Manifest);
                if (record.Read() is { } verified && File.Exists(own) && File.ReadAllBytes(own).AsSpan().SequenceEqual(manifestJson))
                {
                    VerifyServed(path, manifest);
                    LogFound(path);
                    return new BundleCopy(this, key, path, record, verified);
                }
            }
            catch (Exception error) when (error is BundleException or IOException or UnauthorizedAccessException)
            {
                LogDamaged(path, error.Message);
            }

            Remove(path, record);
        }

        return null;
    }

    private BundleCopy Make(
        string key,
        string source,
        BundleManifest manifest,
        byte[] manifestJson,
        Dictionary<string, FileStamp?> stamps,
        CancellationToken cancellationToken
    )
    {
        string root = Root();
        try
        {
            CheckRoom(root, BytesOf(manifest));
        }
        catch (IOException)
        {
            RemoveLeftovers();
            CheckRoom(root, BytesOf(manifest));
        }

        string path = Path.Combine(root, $"{key}-{Guid.NewGuid():N}"[..(KeyLength + 9)]);
        CopyRecord record = CopyRecord.Create(path + RecordEnding);
        try
        {
            foreach ((string name, BundleFileRecord expected) in manifest.Files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                string from = Path.Combine(source, name);
                string checkedFile = BundleFile.IsServed(name) ? CopyFile(from, Path.Combine(path, name), name) : from;
                BundleVerification.VerifyFile(checkedFile, name, expected);
            }

            BundleVerification.VerifyModels(path, manifest, manifest.Files.Keys.Where(BundleFile.IsServed));
            BundleVerification.VerifyModels(source, manifest, manifest.Files.Keys.Where(name => !BundleFile.IsServed(name)));
            record.Write(stamps);

            // A copy with a manifest is complete.
            File.WriteAllBytes(Path.Combine(path, BundleFile.Manifest), manifestJson);
            return new BundleCopy(this, key, path, record, stamps);
        }
        catch
        {
            Remove(path, record);
            throw;
        }
    }

    /// <summary>Where it can, the system shares blocks until one is written (reflink, clone); elsewhere it copies them.</summary>
    private static string CopyFile(string from, string to, string name)
    {
        if (!File.Exists(from))
            throw new BundleException($"{name}: the file is missing.");
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);

        // Attributes are copied too, and Windows does not delete a read-only file.
        if (OperatingSystem.IsWindows())
            File.SetAttributes(to, FileAttributes.Normal);
        else
            File.SetUnixFileMode(to, UnixFileMode.UserRead);
        return to;
    }

    private void RemoveUnused(string record)
    {
        string path = record[..^RecordEnding.Length];
        if (_taken.Values.Any(copy => copy.Path == path) || !CopyRecord.TryLock(record, out CopyRecord? locked))
            return;
        Remove(path, locked);
    }

    private void Remove(string path, CopyRecord record)
    {
        try
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            record.Delete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(error.Message);
        }
        finally
        {
            record.Dispose();
        }
    }

    [LoggerMessage(1041, LogLevel.Information, "The copy of the bundle in {Path} survived the restart and is complete")]
    private partial void LogFound(string path);

    [LoggerMessage(1042, LogLevel.Warning, "The copy of a bundle in {Path} is being made again: {Reason}")]
    private partial void LogDamaged(string path, string reason);

    [LoggerMessage(1043, LogLevel.Warning, "The copy of a bundle could not be removed: {Reason}. Retrying at the next start")]
    private partial void LogNotRemoved(string reason);
}

/// <summary>A verified copy of a bundle; kept while in use.</summary>
internal sealed class BundleCopy(BundleCopies copies, string key, string path, CopyRecord record, Dictionary<string, FileStamp?> verified)
    : IDisposable
{
    public string Key => key;

    public string Path => path;

    /// <summary>Stamps of the source, taken before it was verified.</summary>
    public Dictionary<string, FileStamp?> Verified { get; set; } = verified;

    internal CopyRecord Record => record;

    internal int Users { get; set; }

    /// <summary>Releases one use.</summary>
    public void Dispose() => copies.GiveBack(this);
}
