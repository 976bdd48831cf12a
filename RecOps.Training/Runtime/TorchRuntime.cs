using System.Runtime.InteropServices;

namespace RecOps.Training.Runtime;

/// <summary>Makes TorchSharp's native library loadable before its first use.</summary>
internal static class TorchRuntime
{
    // TorchSharp's library requires this version of the C++ runtime (GCC 13) for one marker symbol that nothing calls.
    private const string UnneededVersion = "GLIBCXX_3.4.32";
    private static readonly Lazy<bool> Ready = new(Load);

    /// <summary>Loads the library; the first call does the work.</summary>
    /// <exception cref="DllNotFoundException">It cannot be loaded on this machine; the message says why.</exception>
    public static void EnsureLoaded() => _ = Ready.Value;

    private static bool Load()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return true;
        string directory = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
        string library = Path.Combine(directory, "libLibTorchSharp.so");
        if (!File.Exists(library))
        {
            directory = AppContext.BaseDirectory;
            library = Path.Combine(directory, "libLibTorchSharp.so");
        }

        if (!File.Exists(library) || NativeLibrary.TryLoad(library, out _))
            return true;
        byte[] image = File.ReadAllBytes(library);
        if (ElfVersionNeeds.Weaken(image, UnneededVersion))
        {
            // The copy's dependencies are found by name once they are loaded, wherever the copy is.
            foreach (string dependency in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" })
                NativeLibrary.TryLoad(Path.Combine(directory, dependency), out _);
            string copy = Path.Combine(Directory.CreateTempSubdirectory("recops-torch-").FullName, "libLibTorchSharp.so");
            File.WriteAllBytes(copy, image);
            try
            {
                NativeLibrary.Load(copy);
            }
            finally
            {
                // The mapping outlives the file.
                Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
            }
        }
        else
        {
            NativeLibrary.Load(library);
        }

        return true;
    }
}
