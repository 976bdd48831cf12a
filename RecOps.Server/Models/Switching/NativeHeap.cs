using System.Runtime.InteropServices;

namespace RecOps.Server.Models.Switching;

/// <summary>The C library's heap, where ONNX Runtime keeps weights and graphs.</summary>
internal static partial class NativeHeap
{
    /// <summary>
    /// Gives free pages back to the system. glibc keeps them in the arena of whichever thread opened a session, and sessions are opened
    /// by other threads each time, so that without this every few changes of the model cost as much memory as another model.
    /// </summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = TrimGlibc(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, as musl, which gives pages back by itself.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimGlibc(nuint keep);
}
