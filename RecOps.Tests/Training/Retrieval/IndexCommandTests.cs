using System.Security.Cryptography;
using RecOps.Shared.Bundles;
using RecOps.Tests.Server;
using RecOps.Training.Cli;
using Xunit;

namespace RecOps.Tests.Training.Retrieval;

public sealed class IndexCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Index_BundleWithoutOne_GetsOneThatOpensAndHoldsEveryItem()
    {
        string bundle = await IndexedAsync();

        using Bundle opened = Bundle.Open(bundle);
        Assert.Equal(5, opened.Index!.Cells);
        int[] items =
        [
            .. Enumerable
                .Range(0, opened.Index.Blocks)
                .SelectMany(block => opened.Index.Permutation[block].ToArray())
                .Where(item => item >= 0),
        ];
        Assert.Equal(Enumerable.Range(0, TestBundle.Items), items.Order());
        Assert.Empty(Directory.EnumerateFiles(bundle, "*.partial-*"));
    }

    [Fact]
    public async Task Index_Again_GivesTheSameBytes()
    {
        string bundle = await IndexedAsync();
        string first = Bundle.ReadManifest(bundle).Files[BundleFile.Index].Sha256;
        CommandRun run = await CommandRun.InvokeAsync(["index", "--bundle", bundle, "--cells", "5"], Cancellation);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Equal(first, Bundle.ReadManifest(bundle).Files[BundleFile.Index].Sha256);
    }

    [Fact]
    public async Task Index_NoBundleThere_SaysSo()
    {
        string empty = TestBundle.NewDirectory();
        CommandRun run = await CommandRun.InvokeAsync(["index", "--bundle", empty], Cancellation);

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("is not a bundle", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(empty));
    }

    [Theory]
    [InlineData(BundleIndex.PermutationTensor, 0, "twice")]
    [InlineData(BundleIndex.PermutationTensor, 60, "it must be -1 to 59")]
    [InlineData(BundleIndex.StartTensor, 9, "must begin with 0")]
    public async Task Open_BrokenIndex_RefusedWithItsReason(string tensor, int value, string words)
    {
        string bundle = await IndexedAsync();
        string path = Path.Combine(bundle, BundleFile.Index);
        byte[] bytes = File.ReadAllBytes(path);
        int offset = OffsetOf(bytes, tensor);

        // If the item is already there, repeat it in the next place.
        if (tensor == BundleIndex.PermutationTensor && BitConverter.ToInt32(bytes, offset) == value)
            offset += sizeof(int);
        BitConverter.TryWriteBytes(bytes.AsSpan(offset), value);
        File.WriteAllBytes(path, bytes);
        BundleManifest manifest = Bundle.ReadManifest(bundle);
        manifest.Files[BundleFile.Index] = new BundleFileRecord(bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        File.WriteAllBytes(Path.Combine(bundle, BundleFile.Manifest), manifest.ToJson());

        BundleException error = Assert.Throws<BundleException>(() => Bundle.Open(bundle));
        Assert.Contains(BundleFile.Index, error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    private static int OffsetOf(byte[] file, string tensor)
    {
        int header = (int)BitConverter.ToInt64(file);
        using var json = System.Text.Json.JsonDocument.Parse(file.AsMemory(8, header));
        return 8 + header + json.RootElement.GetProperty(tensor).GetProperty("data_offsets")[0].GetInt32();
    }

    private static async Task<string> IndexedAsync()
    {
        string bundle = Path.Combine(await TestBundle.WriteAsync(TestBundle.NewDirectory(), new TestBundle.Variation()), TestBundle.Name);
        CommandRun run = await CommandRun.InvokeAsync(["index", "--bundle", bundle, "--cells", "5"], Cancellation);
        Assert.Equal(ExitCode.Success, run.ExitCode);
        return bundle;
    }
}
