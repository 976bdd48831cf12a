using RecOps.Training.Runtime;
using Xunit;

namespace RecOps.Tests.Training.Runtime;

public sealed class ElfVersionNeedsTests
{
    [Fact]
    public void Weaken_RequiredVersion_ChangesOneFlagAndNothingElse()
    {
        byte[] original = Library();
        byte[] changed = [.. original];
        Assert.True(ElfVersionNeeds.Weaken(changed, "GLIBCXX_3.4.32"));
        int[] different = [.. Enumerable.Range(0, original.Length).Where(i => original[i] != changed[i])];
        int at = Assert.Single(different);
        Assert.Equal(2, changed[at] - original[at]);
    }

    [Fact]
    public void Weaken_VersionNotRequired_ChangesNothing()
    {
        byte[] original = Library();
        byte[] changed = [.. original];
        Assert.False(ElfVersionNeeds.Weaken(changed, "GLIBCXX_9.9.9"));
        Assert.Equal(original, changed);
    }

    [Fact]
    public void Weaken_NotALibrary_IsLeftAlone()
    {
        Assert.False(ElfVersionNeeds.Weaken(new byte[200], "GLIBCXX_3.4.32"));
        Assert.False(ElfVersionNeeds.Weaken([], "GLIBCXX_3.4.32"));
    }

    /// <summary>TorchSharp's own library for Linux on x64.</summary>
    private static byte[] Library()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        Assert.SkipUnless(File.Exists(path), "TorchSharp's library for Linux is not in the output on this platform.");
        return File.ReadAllBytes(path);
    }
}
