using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace RecOps.Tests.Server.Models;

/// <summary>
/// A bundle written with nothing but docs/bring-your-own-model.md: it uses no type of any other project. A wine shop with six bottles and
/// three people; red is one direction of the vectors, white the other.
/// </summary>
internal static class HandwrittenBundle
{
    public static readonly string[] Items = ["barolo", "chianti", "syrah", "riesling", "chablis", "soave"];
    private static readonly string[] Users = ["rosa", "blanca", "newcomer"];

    /// <param name="directory">Directory of the bundle; created.</param>
    /// <param name="weights">Where the ranker says that its item table is, written unless it is outside the bundle; null for inside the
    /// ranker.</param>
    /// <param name="isListed">Whether bundle.json lists that file.</param>
    /// <param name="change">Given the directory, rewrites some files before bundle.json is written.</param>
    /// <param name="items">Number of items in bundle.json.</param>
    /// <param name="factor">Score multiplier.</param>
    public static async Task WriteAsync(
        string directory,
        string? weights = null,
        bool isListed = true,
        Func<string, Task>? change = null,
        int items = 6,
        float factor = 1
    )
    {
        Directory.CreateDirectory(directory);
        string At(string file) => Path.Combine(directory, file);
        await WriteParquetAsync(
            At("catalog.parquet"),
            Text("item_id", Items),
            Text("title", Items),
            Text("category", "red", "red", "red", "white", "white", "white"),
            Text("brand", "", "", "", "", "", ""),
            new Column(
                new DataField<double>("price"),
                (group, field) => group.WriteAsync<double>(field, new[] { 40.0, 12, 15, 14, 22, 9 })
            ),
            new Column(
                new DataField<bool>("in_stock"),
                (group, field) => group.WriteAsync<bool>(field, new[] { true, true, true, true, true, true })
            )
        );
        await WriteParquetAsync(At("users.parquet"), Text("user_id", Users), Text("country", "IT", "FR", ""), Text("segment", "", "", ""));
        Half[] vectors = [.. new[] { 1, 0.1, 0.9, 0, 0.8, 0.2, 0.1, 1, 0, 0.9, 0.2, 0.8 }.Select(value => (Half)value)];
        WriteSafetensors(
            At("items.safetensors"),
            ("popularity", "F32", [6], Bytes<float>([6, 5, 4, 3, 2, 1])),
            ("embedding", "F16", [6, 2], Bytes<Half>(vectors))
        );
        WriteSafetensors(
            At("users.safetensors"),
            ("cluster", "I32", [3], Bytes<int>([0, 1, -1])),
            ("history", "I32", [3, 4], Bytes<int>([0, 1, -1, -1, 3, -1, -1, -1, -1, -1, -1, -1])),
            ("embedding", "F16", [3, 2], Bytes<Half>([(Half)1, (Half)0, (Half)0, (Half)1, (Half)0, (Half)0]))
        );
        WriteSafetensors(
            At("clusters.safetensors"),
            ("centroid", "F32", [2, 2], Bytes<float>([1, 0, 0, 1])),
            ("map", "F32", [2, 2], Bytes<float>([-1, 0, 1, 0])),
            ("popular", "I32", [2, 3], Bytes<int>([0, 1, 2, 3, 4, 5]))
        );
        float[] table = [.. vectors.Select(value => (float)value)];
        await File.WriteAllBytesAsync(At("ranker.onnx"), Ranker(table, weights, factor));
        if (weights is not null && Path.GetFileName(weights) == weights)
            await File.WriteAllBytesAsync(At(weights), Bytes(table));
        if (change is not null)
            await change(directory);
        var files = Directory
            .GetFiles(directory)
            .Where(path => isListed || Path.GetFileName(path) != weights)
            .ToDictionary(
                path => Path.GetFileName(path),
                path => new
                {
                    bytes = new FileInfo(path).Length,
                    sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))),
                }
            );
        await File.WriteAllTextAsync(
            At("bundle.json"),
            JsonSerializer.Serialize(
                new
                {
                    formatVersion = 1,
                    name = "wine",
                    version = "2026-11",
                    created = "2026-11-01T00:00:00Z",
                    dimension = 2,
                    counts = new
                    {
                        items,
                        users = 3,
                        clusters = 2,
                        history = 4,
                        popular = 3,
                    },
                    features = new
                    {
                        context = new[] { "hourSin", "hourCos" },
                        foldDecay = 0.9,
                        eventWeights = new
                        {
                            view = 0.2,
                            click = 0.3,
                            cart = 0.6,
                            purchase = 1.0,
                        },
                    },
                    files,
                }
            )
        );
    }

    public static byte[] Bytes<T>(T[] values)
        where T : struct => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static Column Text(string name, params string[] values) =>
        new(new DataField<string>(name), (group, field) => group.WriteAsync(field, values));

    private static async Task WriteParquetAsync(string path, params Column[] columns)
    {
        await using FileStream stream = File.Create(path);
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(columns.Select(column => column.Field)),
            stream
        );
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        foreach (Column column in columns)
            await column.Write(group, column.Field);
        group.CompleteValidate();
    }

    /// <summary>Eight bytes of header length, the header as JSON, the numbers.</summary>
    public static void WriteSafetensors(string path, params (string Name, string Type, int[] Shape, byte[] Data)[] tensors)
    {
        int offset = 0;
        var header = new Dictionary<string, object>();
        foreach ((string name, string type, int[] shape, byte[] data) in tensors)
            header[name] = new
            {
                dtype = type,
                shape,
                data_offsets = new[] { offset, offset += data.Length },
            };
        string json = JsonSerializer.Serialize(header);

        // Every tensor must begin at a multiple of its element's size.
        json = json.PadRight((json.Length + 7) / 8 * 8);
        using FileStream file = File.Create(path);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        file.Write(length);
        file.Write(Encoding.UTF8.GetBytes(json));
        foreach ((_, _, _, byte[] data) in tensors)
            file.Write(data);
    }

    /// <summary>score = sigmoid(items[candidates] · user), opset 18, as protobuf.</summary>
    private static byte[] Ranker(float[] items, string? weights, float factor)
    {
        const int graph = 7,
            opset = 8;
        return
        [
            .. Number(1, 8),
            .. Message(
                graph,
                [
                    .. Message(1, Node("Gather", ["items", "candidates"], "rows")),
                    .. Message(1, Node("Unsqueeze", ["user", "two"], "column")),
                    .. Message(1, Node("MatMul", ["rows", "column"], "products")),
                    .. Message(1, Node("Squeeze", ["products", "two"], "logits")),
                    .. Message(1, Node("Sigmoid", ["logits"], "probability")),
                    .. Message(1, Node("Mul", ["probability", "factor"], "score")),
                    .. Text(2, "wine"),
                    .. Message(5, weights is null ? Tensor("items", 1, [6, 2], Bytes(items)) : ExternalTensor("items", 1, [6, 2], weights)),
                    .. Message(5, Tensor("two", 7, [1], Bytes<long>([2]))),
                    .. Message(5, Tensor("factor", 1, [1], Bytes<float>([factor]))),
                    .. Message(11, Value("user", 1, "b", 2)),
                    .. Message(11, Value("history", 7, "b", 4)),
                    .. Message(11, Value("candidates", 7, "b", "k")),
                    .. Message(11, Value("context", 1, "b", 2)),
                    .. Message(12, Value("score", 1, "b", "k")),
                ]
            ),
            .. Message(opset, [.. Text(1, ""), .. Number(2, 18)]),
        ];
    }

    private static byte[] Node(string operation, string[] inputs, string output) =>
        [.. inputs.SelectMany(input => Text(1, input)), .. Text(2, output), .. Text(4, operation)];

    private static byte[] Tensor(string name, int type, long[] shape, byte[] data) =>
        [.. shape.SelectMany(extent => Number(1, extent)), .. Number(2, type), .. Text(8, name), .. Message(9, data)];

    private static byte[] ExternalTensor(string name, int type, long[] shape, string file) =>
        [
            .. shape.SelectMany(extent => Number(1, extent)),
            .. Number(2, type),
            .. Text(8, name),
            .. Message(13, [.. Text(1, "location"), .. Text(2, file)]),
            .. Number(14, 1),
        ];

    private static byte[] Value(string name, int type, params object[] shape)
    {
        byte[] dimensions = [.. shape.SelectMany(extent => Message(1, extent is string symbol ? Text(2, symbol) : Number(1, (int)extent)))];
        return [.. Text(1, name), .. Message(2, Message(1, [.. Number(1, type), .. Message(2, dimensions)]))];
    }

    private static byte[] Text(int field, string value) => Message(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Message(int field, byte[] content) => [.. Varint((field << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    private static List<byte> Varint(long value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7)
            bytes.Add((byte)(value | 128));
        bytes.Add((byte)value);
        return bytes;
    }

    private sealed record Column(DataField Field, Func<ParquetRowGroupWriter, DataField, Task> Write);
}
