using RecOps.Shared.Bundles;
using Xunit;

namespace RecOps.Tests.Server.Models;

/// <summary>NaN and infinity, in any tensor, are refused by name before anything computes with them.</summary>
public sealed class NotANumberTests
{
    [Theory]
    [InlineData("items.safetensors", "embedding", 4, 1, float.NaN)]
    [InlineData("items.safetensors", "popularity", 5, 0, float.PositiveInfinity)]
    [InlineData("users.safetensors", "embedding", 0, 0, float.NegativeInfinity)]
    [InlineData("clusters.safetensors", "centroid", 1, 0, float.NaN)]
    [InlineData("clusters.safetensors", "map", 0, 1, float.NaN)]
    public async Task Open_NotFinite_RefusedByTensorRowAndColumn(string file, string tensor, int row, int column, float value)
    {
        using var directory = new TempDirectory();
        await HandwrittenBundle.WriteAsync(
            directory.Path,
            change: path =>
            {
                Put(Path.Combine(path, file), tensor, row, column, value);
                return Task.CompletedTask;
            }
        );

        string message = Assert.Throws<BundleException>(() => Bundle.Open(directory.Path)).Message;

        string where = tensor == "popularity" ? $"row {row}" : $"row {row}, column {column}";
        Assert.Equal($"{file}: tensor '{tensor}' has {value} in {where}; every value must be a finite number.", message);
    }

    /// <summary>At every position of a row that is longer than a vector register.</summary>
    [Fact]
    public void Verify_AnyPlaceOfALongRow_IsFound()
    {
        using var directory = new TempDirectory();
        string file = directory.At("t.safetensors");
        for (int place = 0; place < 67; place++)
        {
            Half[] values = [.. Enumerable.Range(0, 67).Select(i => i == place ? Half.NaN : Half.MaxValue)];
            HandwrittenBundle.WriteSafetensors(file, ("t", "F16", [1, 67], HandwrittenBundle.Bytes(values)));
            using SafetensorsFile opened = SafetensorsFile.Open(file);
            MappedTensor<Half> tensor = opened.Get<Half>("t", 1, 67);

            Assert.Contains(
                $"column {place};",
                Assert.Throws<BundleException>(() => FiniteNumbers.Verify("f", "t", tensor)).Message,
                StringComparison.Ordinal
            );
        }
    }

    private static void Put(string path, string name, int row, int column, float value)
    {
        long offset;
        bool isHalf = name == "embedding";
        int columns = name == "popularity" ? 1 : 2;
        using (SafetensorsFile file = SafetensorsFile.Open(path))
            offset = file.OffsetOf(name);
        byte[] bytes = File.ReadAllBytes(path);
        byte[] written = isHalf ? BitConverter.GetBytes((Half)value) : BitConverter.GetBytes(value);
        written.CopyTo(bytes, offset + (((row * columns) + column) * written.Length));
        File.WriteAllBytes(path, bytes);
    }
}
