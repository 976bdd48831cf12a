using System.Globalization;
using System.Numerics;
using ParquetSharp;
using ParquetSharp.Schema;

namespace RecOps.Serving.Parquet;

/// <summary>How a column's values are stored, as far as bundles care.</summary>
internal enum ParquetKind
{
    /// <summary>Dates, times, geometry: nothing that a bundle uses.</summary>
    Other,

    /// <summary>A column that some writers produce when every row is empty.</summary>
    Nothing,
    Boolean,
    Int32,
    Int64,
    Float,
    Double,
    Half,
    FixedDecimal,
    ByteDecimal,
    Uuid,
    Bytes,
}

/// <summary>A top-level column with one value per row.</summary>
internal sealed class ParquetColumn
{
    private readonly int _length;
    private readonly int _scale;
    private readonly bool _isUnsigned;

    private ParquetColumn(ColumnDescriptor column, LogicalType logical, int index)
    {
        Name = column.Name;
        Index = index;
        IsOptional = column.MaxDefinitionLevel > 0;
        Kind = KindOf(column.PhysicalType, logical.Type);
        IsText = Kind == ParquetKind.Bytes && logical.Type is LogicalTypeEnum.String or LogicalTypeEnum.Enum;
        IsWhole = Kind is ParquetKind.Int32 or ParquetKind.Int64 && logical.Type is LogicalTypeEnum.None or LogicalTypeEnum.Int;
        TypeName = logical.Type is LogicalTypeEnum.None or LogicalTypeEnum.Undefined
            ? column.PhysicalType.ToString().ToUpperInvariant()
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{logical.Type.ToString().ToUpperInvariant()} in {column.PhysicalType.ToString().ToUpperInvariant()}"
            );
        _length = column.TypeLength;
        _scale = logical is DecimalLogicalType { Scale: var scale } ? scale : 0;
        _isUnsigned = logical is IntLogicalType { IsSigned: false };
    }

    public string Name { get; }

    /// <summary>Index among all columns of the file, including those inside structs.</summary>
    public int Index { get; }

    public bool IsOptional { get; }

    public ParquetKind Kind { get; }

    /// <summary>Whether the file marks it as text, and not only as bytes.</summary>
    public bool IsText { get; }

    /// <summary>Plain integers, not types stored as integers, such as dates and decimals.</summary>
    public bool IsWhole { get; }

    /// <summary>For messages.</summary>
    public string TypeName { get; }

    /// <returns>Null for a column inside a struct, a list or a map.</returns>
    public static ParquetColumn? Of(ColumnDescriptor column, int index)
    {
        using ColumnPath path = column.Path;
        if (path.ToDotVector().Length != 1 || column.MaxRepetitionLevel > 0)
            return null;
        using LogicalType logical = column.LogicalType;
        return new ParquetColumn(column, logical, index);
    }

    public decimal Whole(int value) => _isUnsigned ? (uint)value : value;

    public decimal Whole(long value) => _isUnsigned ? (ulong)value : value;

    public double Scaled(int value) => ParquetNumbers.Scaled(_isUnsigned ? (uint)value : value, _scale);

    public double Scaled(long value) => _isUnsigned && value < 0 ? (ulong)value : ParquetNumbers.Scaled(value, _scale);

    public unsafe double Scaled(FixedLenByteArray value) => Scaled(new ReadOnlySpan<byte>((void*)value.Pointer, _length));

    public unsafe double Scaled(ByteArray value) => Scaled(new ReadOnlySpan<byte>((void*)value.Pointer, value.Length));

    /// <summary>The format is big-endian.</summary>
    private double Scaled(ReadOnlySpan<byte> bytes) =>
        ParquetNumbers.Scaled(new BigInteger(bytes, isUnsigned: false, isBigEndian: true), _scale);

    private static ParquetKind KindOf(PhysicalType physical, LogicalTypeEnum logical) =>
        (physical, logical) switch
        {
            (_, LogicalTypeEnum.Nil) => ParquetKind.Nothing,
            (PhysicalType.Boolean, _) => ParquetKind.Boolean,
            (PhysicalType.Int32, LogicalTypeEnum.None or LogicalTypeEnum.Int or LogicalTypeEnum.Decimal) => ParquetKind.Int32,
            (PhysicalType.Int64, LogicalTypeEnum.None or LogicalTypeEnum.Int or LogicalTypeEnum.Decimal) => ParquetKind.Int64,
            (PhysicalType.Float, _) => ParquetKind.Float,
            (PhysicalType.Double, _) => ParquetKind.Double,
            (PhysicalType.FixedLenByteArray, LogicalTypeEnum.Float16) => ParquetKind.Half,
            (PhysicalType.FixedLenByteArray, LogicalTypeEnum.Decimal) => ParquetKind.FixedDecimal,
            (PhysicalType.FixedLenByteArray, LogicalTypeEnum.Uuid) => ParquetKind.Uuid,
            (PhysicalType.ByteArray, LogicalTypeEnum.Decimal) => ParquetKind.ByteDecimal,
            (PhysicalType.ByteArray, LogicalTypeEnum.String or LogicalTypeEnum.Enum or LogicalTypeEnum.Json or LogicalTypeEnum.None) =>
                ParquetKind.Bytes,
            _ => ParquetKind.Other,
        };
}
