using System.IO.Hashing;
using System.Text;
using RecOps.Server.Storage;

namespace RecOps.Server.Catalog;

/// <summary>
/// A local copy of the shop's changes, for a start without the database: hashed blocks of rows, where later rows supersede earlier ones.
/// Changes are appended, so the cost depends on what changed and not on the catalogue's size; <see cref="CatalogKeeping"/> decides when to
/// rewrite the file. An unreadable block ends the file. Not thread-safe.
/// </summary>
internal sealed class CatalogFile(DataDirectory data)
{
    private const string Name = "catalog.bin";
    private const uint Magic = 0x31435252;
    private const int BlockBytes = 1 << 20;
    private const int MaxBlockBytes = 1 << 26;

    [Flags]
    private enum Fields : byte
    {
        Price = 1,
        Stock = 2,
        InStock = 4,
        Attributes = 8,
    }

    /// <summary>Rows in the file, including superseded rows of the same items.</summary>
    public int Rows { get; private set; }

    /// <summary>Reads the file from the start.</summary>
    /// <param name="row">Called with each row.</param>
    /// <returns>The version up to which the file is complete, and whether rows may be appended. They may not when the file is missing or
    /// damaged at the end.</returns>
    public (CatalogMark Mark, bool IsWhole) Read(Action<KnownItem> row)
    {
        CatalogMark mark = CatalogMark.None;
        string path = data.PathOf(Name);
        if (!File.Exists(path))
            return (mark, IsWhole: false);
        using FileStream file = File.OpenRead(path);
        using var reader = new BinaryReader(new BufferedStream(file, 1 << 16), Encoding.UTF8);
        if (file.Length < sizeof(uint) || reader.ReadUInt32() != Magic)
            return (mark, IsWhole: false);
        for (long left = file.Length - sizeof(uint); left > 0; )
        {
            if (left < sizeof(int) + sizeof(ulong))
                return (mark, IsWhole: false);
            int length = reader.ReadInt32();
            left -= sizeof(int) + sizeof(ulong) + (long)length;
            if (length is < 0 or > MaxBlockBytes || left < 0)
                return (mark, IsWhole: false);
            byte[] block = reader.ReadBytes(length);
            if (reader.ReadUInt64() != XxHash64.HashToUInt64(block))
                return (mark, IsWhole: false);
            if (ReadBlock(block, row) is { Version: > 0 } reached)
                mark = reached;
        }

        return (mark, IsWhole: true);
    }

    /// <summary>Adds rows at the end.</summary>
    /// <param name="mark">The version that the file reaches once they are written.</param>
    public void Append(IReadOnlyCollection<KnownItem> rows, CatalogMark mark)
    {
        using var file = new FileStream(data.PathOf(Name), FileMode.Append);
        Write(file, rows, mark);
        Rows += rows.Count;
    }

    /// <summary>Replaces the file atomically.</summary>
    public void Replace(IReadOnlyCollection<KnownItem> rows, CatalogMark mark)
    {
        data.Replace(
            Name,
            file =>
            {
                file.Write(BitConverter.GetBytes(Magic));
                Write(file, rows, mark);
            }
        );
        Rows = rows.Count;
    }

    private static void Write(FileStream file, IReadOnlyCollection<KnownItem> rows, CatalogMark mark)
    {
        using var block = new MemoryStream();
        using var writer = new BinaryWriter(block, Encoding.UTF8);
        foreach (KnownItem row in rows)
        {
            writer.Write(true);
            Write(writer, row);
            if (block.Length >= BlockBytes)
                End(CatalogMark.None);
        }

        End(mark);

        void End(CatalogMark reached)
        {
            writer.Write(false);
            writer.Write(reached.Version);
            writer.Write(reached.Id);
            writer.Flush();
            ReadOnlySpan<byte> bytes = block.GetBuffer().AsSpan(0, (int)block.Length);
            file.Write(BitConverter.GetBytes(bytes.Length));
            file.Write(bytes);
            file.Write(BitConverter.GetBytes(XxHash64.HashToUInt64(bytes)));
            block.SetLength(0);
        }
    }

    private static void Write(BinaryWriter writer, KnownItem row)
    {
        Fields fields =
            (double.IsNaN(row.Price) ? 0 : Fields.Price)
            | (row.InStock is null ? 0 : Fields.Stock)
            | (row.InStock == true ? Fields.InStock : 0)
            | (row.Attributes is null ? 0 : Fields.Attributes);
        writer.Write(row.Id);
        writer.Write(row.Version);
        writer.Write((byte)fields);
        if (fields.HasFlag(Fields.Price))
            writer.Write(row.Price);
        if (fields.HasFlag(Fields.Attributes))
            writer.Write(row.Attributes!);
    }

    private CatalogMark ReadBlock(byte[] block, Action<KnownItem> row)
    {
        using var reader = new BinaryReader(new MemoryStream(block), Encoding.UTF8);
        while (reader.ReadBoolean())
        {
            string id = reader.ReadString();
            long version = reader.ReadInt64();
            var fields = (Fields)reader.ReadByte();
            double price = fields.HasFlag(Fields.Price) ? reader.ReadDouble() : double.NaN;
            string? attributes = fields.HasFlag(Fields.Attributes) ? reader.ReadString() : null;
            row(new KnownItem(id, price, fields.HasFlag(Fields.Stock) ? fields.HasFlag(Fields.InStock) : null, attributes, version));
            Rows++;
        }

        return new CatalogMark(reader.ReadInt64(), reader.ReadString());
    }
}
