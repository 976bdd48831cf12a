using System.Security.Cryptography;

namespace RecOps.Shared.Bundles;

/// <summary>Checks a bundle's files against its manifest.</summary>
public static class BundleVerification
{
    private const string Model = ".onnx";
    private const int PieceBytes = 1 << 24;

    /// <summary>Every file exists with the size and hash in the manifest, and no model refers to any other file.</summary>
    /// <exception cref="BundleException">The message names the first file that is wrong.</exception>
    public static void Verify(string directory, BundleManifest manifest)
    {
        VerifyNames(directory, manifest);
        foreach ((string name, BundleFileRecord record) in manifest.Files)
            VerifyFile(Path.Combine(directory, name), name, record);
        VerifyModels(directory, manifest, manifest.Files.Keys);
    }

    /// <summary>Every file that a bundle needs is in the manifest, and none is outside the bundle.</summary>
    public static void VerifyNames(string directory, BundleManifest manifest)
    {
        foreach (string required in BundleFile.Required)
        {
            if (!manifest.Files.ContainsKey(required))
                throw new BundleException($"{BundleFile.Manifest}: files has no entry for {required}, which every bundle needs.");
        }

        foreach (string name in manifest.Files.Keys)
        {
            if (!IsInside(directory, name))
                throw new BundleException($"{BundleFile.Manifest}: files names '{name}', which is outside the bundle.");
        }
    }

    /// <summary>One file has the size and hash that it must have.</summary>
    public static void VerifyFile(string path, string name, BundleFileRecord record)
    {
        if (!File.Exists(path))
            throw Missing(name);
        using FileStream stream = new(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read | FileShare.Delete,
            bufferSize: 1,
            FileOptions.SequentialScan
        );
        if (stream.Length != record.Bytes)
            throw WrongLength(name, stream.Length, record);
        Compare(name, Convert.ToHexStringLower(SHA256.HashData(stream)), record);
    }

    /// <summary>Files that models refer to are in the manifest, so that their content is checked like that of every other file.</summary>
    /// <param name="directory">Where the models are.</param>
    /// <param name="files">The files of the manifest; models among them are read.</param>
    public static void VerifyModels(string directory, BundleManifest manifest, IEnumerable<string> files)
    {
        foreach (string file in files)
        {
            if (!file.EndsWith(Model, StringComparison.OrdinalIgnoreCase))
                continue;
            foreach (string location in LocationsIn(directory, file))
            {
                string name = NameOf(file, location);
                if (location.Length == 0 || Path.IsPathRooted(location) || !IsInside(directory, name))
                    throw new BundleException($"{file}: it refers to the external data file '{location}', which is outside the bundle.");
                if (!manifest.Files.ContainsKey(name))
                {
                    throw new BundleException(
                        $"{file}: it refers to the external data file '{location}', but {BundleFile.Manifest} has no entry for {name}, "
                            + $"so changed weights would go unnoticed. Add it to files with its bytes and sha256."
                    );
                }

                if (BundleFile.IsServed(file) && !BundleFile.IsServed(name))
                    throw new BundleException(
                        $"{file}: it refers to the external data file '{location}', which is among the teachers. Put it beside the model."
                    );
            }
        }
    }

    /// <summary>Whether ONNX Runtime would read other files when it opens a model.</summary>
    public static bool HasExternalData(string directory, string file) => LocationsIn(directory, file).Count > 0;

    internal static void VerifyMemory(SafetensorsFile file, string name, BundleFileRecord record)
    {
        if (file.Bytes != record.Bytes)
            throw WrongLength(name, file.Bytes, record);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long done = 0; done < file.Bytes; done += PieceBytes)
            hash.AppendData(file.Piece(done, PieceBytes));
        Compare(name, Convert.ToHexStringLower(hash.GetHashAndReset()), record);
    }

    internal static void VerifyMemory(ReadOnlySpan<byte> bytes, string name, BundleFileRecord record)
    {
        if (bytes.Length != record.Bytes)
            throw WrongLength(name, bytes.Length, record);
        Compare(name, Convert.ToHexStringLower(SHA256.HashData(bytes)), record);
    }

    internal static BundleException Missing(string name) => new($"{name}: the file is missing.");

    private static bool IsInside(string directory, string name) =>
        Path.GetFullPath(Path.Combine(directory, name))
            .StartsWith(
                Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) + Path.DirectorySeparatorChar,
                StringComparison.Ordinal
            );

    /// <summary>The manifest name of a file that a model refers to by a path from its own directory.</summary>
    private static string NameOf(string file, string location)
    {
        var parts = new List<string>(file.Split('/')[..^1]);
        foreach (string part in location.Replace('\\', '/').Split('/'))
        {
            if (part is "" or ".")
                continue;
            if (part == ".." && parts is [.., not ".."])
                parts.RemoveAt(parts.Count - 1);
            else
                parts.Add(part);
        }

        return string.Join('/', parts);
    }

    private static IReadOnlyCollection<string> LocationsIn(string directory, string file)
    {
        try
        {
            return OnnxExternalData.LocationsIn(Path.Combine(directory, file));
        }
        catch (InvalidDataException error)
        {
            throw new BundleException($"{file}: {error.Message}", error);
        }
    }

    private static BundleException WrongLength(string name, long length, BundleFileRecord record) =>
        new($"{name}: {length} bytes; {BundleFile.Manifest} says {record.Bytes}. The file is truncated or was changed.");

    private static void Compare(string name, string actual, BundleFileRecord record)
    {
        if (!string.Equals(actual, record.Sha256, StringComparison.OrdinalIgnoreCase))
            throw new BundleException(
                $"{name}: sha256 is {actual}; {BundleFile.Manifest} says {record.Sha256}. The file was changed or damaged."
            );
    }
}
