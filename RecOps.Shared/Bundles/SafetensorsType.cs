namespace RecOps.Shared.Bundles;

/// <summary>Element types of safetensors files and their .NET counterparts.</summary>
internal static class SafetensorsType
{
    public static string NameOf<T>()
        where T : unmanaged
    {
        if (typeof(T) == typeof(Half))
            return "F16";
        if (typeof(T) == typeof(float))
            return "F32";
        if (typeof(T) == typeof(int))
            return "I32";
        if (typeof(T) == typeof(long))
            return "I64";
        if (typeof(T) == typeof(sbyte))
            return "I8";
        if (typeof(T) == typeof(byte))
            return "U8";
        throw new NotSupportedException($"{typeof(T)} has no safetensors type here.");
    }

    /// <summary>Bytes of one element, or null for types that bundles do not use.</summary>
    public static int? SizeOf(string name) =>
        name switch
        {
            "I8" or "U8" or "BOOL" => 1,
            "F16" or "BF16" or "I16" or "U16" => 2,
            "F32" or "I32" or "U32" => 4,
            "F64" or "I64" or "U64" => 8,
            _ => null,
        };
}
