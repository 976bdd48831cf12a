using Parquet;
using Parquet.Schema;

namespace RecOps.Tests.Training.Bundles;

/// <summary>A complete Parquet file read back by column.</summary>
internal sealed class ParquetColumns
{
    private readonly Dictionary<string, string?[]> _texts = [];

    public required string[] Names { get; init; }

    public double?[] Prices { get; private set; } = [];

    public bool[] InStock { get; private set; } = [];

    public static async Task<ParquetColumns> ReadAsync(string path)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(path);
        var columns = new ParquetColumns { Names = [.. reader.Schema.DataFields.Select(field => field.Name)] };
        for (int i = 0; i < reader.RowGroupCount; i++)
        {
            using ParquetRowGroupReader group = reader.OpenRowGroupReader(i);
            int rows = (int)group.RowCount;
            foreach (DataField field in reader.Schema.DataFields)
            {
                if (field.ClrType == typeof(double))
                {
                    var prices = new double?[rows];
                    await group.ReadAsync<double>(field, prices);
                    columns.Prices = [.. columns.Prices, .. prices];
                }
                else if (field.ClrType == typeof(bool))
                {
                    var stock = new bool[rows];
                    await group.ReadAsync<bool>(field, stock);
                    columns.InStock = [.. columns.InStock, .. stock];
                }
                else
                {
                    var texts = new string[rows];
                    await group.ReadAsync(field, texts);
                    columns._texts[field.Name] = [.. columns._texts.GetValueOrDefault(field.Name, []), .. texts];
                }
            }
        }

        return columns;
    }

    public string?[] Texts(string name) => _texts[name];
}
