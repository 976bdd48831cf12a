using System.Buffers.Binary;
using System.Text;
using RecOps.Shared.Bundles;
using Xunit;

namespace RecOps.Tests.Shared.Bundles;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Path => _directory.At("t.safetensors");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Open_WrittenFile_IsReadBackRowByRow()
    {
        using (
            var writer = new SafetensorsWriter(
                Path,
                SafetensorsWriter.Declaration.Of<int>("numbers", 3),
                SafetensorsWriter.Declaration.Of<Half>("matrix", 2, 3),
                SafetensorsWriter.Declaration.Of<float>("none", 0, 4)
            )
        )
        {
            writer.Write<int>([1, 2]);
            writer.Write<int>([3]);
            writer.Write<Half>([(Half)1, (Half)2, (Half)3, (Half)4, (Half)5, (Half)6]);
            writer.Complete();
        }

        using SafetensorsFile file = SafetensorsFile.Open(Path);
        Assert.Equal(["matrix", "none", "numbers"], file.Names.Order(StringComparer.Ordinal));
        Assert.Equal([1, 2, 3], file.Get<int>("numbers", 3).RowRange(0, 3).ToArray());
        MappedTensor<Half> matrix = file.Get<Half>("matrix", 2, 3);
        Assert.Equal([(Half)4, (Half)5, (Half)6], matrix[1].ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix[2].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.RowRange(1, 2).Length);
    }

    [Fact]
    public void Complete_MissingRows_NamesTheTensor()
    {
        using var writer = new SafetensorsWriter(Path, SafetensorsWriter.Declaration.Of<int>("numbers", 3));
        writer.Write<int>([1]);
        Assert.Contains("'numbers'", Assert.Throws<InvalidOperationException>(writer.Complete).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OtherTypeOrTooMuch_IsRefused()
    {
        using var writer = new SafetensorsWriter(Path, SafetensorsWriter.Declaration.Of<int>("numbers", 1));
        Assert.Throws<InvalidOperationException>(() => writer.Write<float>([1f]));
        Assert.Throws<InvalidOperationException>(() => writer.Write<int>([1, 2]));
    }

    [Theory]
    [InlineData("{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 4, "ends at byte")]
    [InlineData("{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "needs 8 bytes and has 4")]
    [InlineData("{\"t\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "impossible bounds")]
    [InlineData("{\"t\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,4]}}", 4, "cannot be read")]
    [InlineData("{\"t\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "cannot be read")]
    [InlineData(
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[6.5],\"data_offsets\":[0,4]}}",
        4,
        "cannot be read at tensor 't': each tensor needs dtype, shape and data_offsets"
    )]
    [InlineData("{\"__metadata__\":{\"n\":5}}", 0, "__metadata__ of the safetensors header may only hold strings.")]
    [InlineData("[1,2", 0, "does not begin with {")]
    [InlineData(" {\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "does not begin with {")]
    [InlineData("{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}\0\0", 4, "not a space")]
    [InlineData("{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "after a gap")]
    [InlineData(
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"u\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        8,
        "inside the previous one"
    )]
    [InlineData("{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 6, "2 bytes follow the last tensor")]
    [InlineData(
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        8,
        "twice"
    )]
    public void Open_BrokenHeader_IsRefusedWithTheReason(string header, int dataBytes, string reason)
    {
        WriteRaw((ulong)header.Length, header, dataBytes);
        var error = Assert.Throws<BundleException>(() => SafetensorsFile.Open(Path));
        Assert.Contains("t.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_UnalignedTensor_HasItsValues()
    {
        const string header =
            "{\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
            + "\"f\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[1,9]}}  ";
        WriteRaw((ulong)header.Length, header, 9);
        byte[] bytes = File.ReadAllBytes(Path);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(^8), 1.5f);
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(^4), -2f);
        File.WriteAllBytes(Path, bytes);

        using SafetensorsFile file = SafetensorsFile.Open(Path);

        Assert.Equal([1.5f, -2f], file.Get<float>("f", 2).RowRange(0, 2).ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(9)]
    public void Open_TooShort_IsRefused(int length)
    {
        File.WriteAllBytes(Path, new byte[length]);
        Assert.Throws<BundleException>(() => SafetensorsFile.Open(Path));
    }

    [Fact]
    public void Open_HeaderLongerThanTheFile_IsRefused()
    {
        WriteRaw(ulong.MaxValue, "{}", 0);
        Assert.Contains("truncated", Assert.Throws<BundleException>(() => SafetensorsFile.Open(Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_OtherNameTypeOrShape_SaysWhatIsThere()
    {
        using (var writer = new SafetensorsWriter(Path, SafetensorsWriter.Declaration.Of<int>("numbers", 3)))
        {
            writer.Write<int>([1, 2, 3]);
            writer.Complete();
        }

        using SafetensorsFile file = SafetensorsFile.Open(Path);
        Assert.Contains("'letters' is missing; the file has numbers", Message<int>(file, "letters", 3), StringComparison.Ordinal);
        Assert.Contains("is I32; expected F32", Message<float>(file, "numbers", 3), StringComparison.Ordinal);
        Assert.Contains("has shape [3]; expected [4]", Message<int>(file, "numbers", 4), StringComparison.Ordinal);
    }

    private static string Message<T>(SafetensorsFile file, string name, int rows)
        where T : unmanaged => Assert.Throws<BundleException>(() => file.Get<T>(name, rows).Rows).Message;

    private void WriteRaw(ulong headerLength, string header, int dataBytes)
    {
        var bytes = new byte[8 + header.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, headerLength);
        Encoding.ASCII.GetBytes(header).CopyTo(bytes, 8);
        File.WriteAllBytes(Path, bytes);
    }
}
