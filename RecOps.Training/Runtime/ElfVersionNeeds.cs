using System.Buffers.Binary;
using System.Text;

namespace RecOps.Training.Runtime;

/// <summary>
/// Symbol versions that a 64-bit little-endian ELF library requires from the libraries it links to (section .gnu.version_r).
/// Layout: Linux Standard Base Core Specification, section "Symbol Versioning".
/// </summary>
internal static class ElfVersionNeeds
{
    private const int NeedsSectionType = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    /// <summary>
    /// Marks a required version as weak, in place, so that the loader at most warns about its absence.
    /// Only safe when no symbol with that version is called.
    /// </summary>
    /// <returns>False when the file is not such a library or does not require the version.</returns>
    public static bool Weaken(Span<byte> elf, string version)
    {
        if (elf.Length < 64 || !elf.StartsWith("\x7F"u8) || elf[1] != 'E' || elf[4] != 2 || elf[5] != 1)
            return false;
        int sections = (int)BinaryPrimitives.ReadInt64LittleEndian(elf[0x28..]);
        int sectionSize = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3A..]);
        int sectionCount = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3C..]);
        byte[] name = Encoding.ASCII.GetBytes(version + "\0");
        for (int i = 0; i < sectionCount; i++)
        {
            Span<byte> section = elf.Slice(sections + (i * sectionSize), sectionSize);
            if (BinaryPrimitives.ReadInt32LittleEndian(section[4..]) != NeedsSectionType)
                continue;
            int link = BinaryPrimitives.ReadInt32LittleEndian(section[0x28..]);
            Span<byte> strings = Contents(elf, elf.Slice(sections + (link * sectionSize), sectionSize));
            return WeakenIn(Contents(elf, section), strings, name);
        }

        return false;
    }

    private static Span<byte> Contents(Span<byte> elf, Span<byte> section) =>
        elf.Slice(
            (int)BinaryPrimitives.ReadInt64LittleEndian(section[0x18..]),
            (int)BinaryPrimitives.ReadInt64LittleEndian(section[0x20..])
        );

    private static bool WeakenIn(Span<byte> needs, Span<byte> strings, ReadOnlySpan<byte> name)
    {
        for (int library = 0; ; )
        {
            int version = library + BinaryPrimitives.ReadInt32LittleEndian(needs[(library + 8)..]);
            for (int left = BinaryPrimitives.ReadUInt16LittleEndian(needs[(library + 2)..]); left > 0; left--)
            {
                Span<byte> entry = needs[version..];
                if (strings[BinaryPrimitives.ReadInt32LittleEndian(entry[8..])..].StartsWith(name))
                {
                    ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(entry[4..]);
                    BinaryPrimitives.WriteUInt16LittleEndian(entry[4..], (ushort)(flags | WeakFlag));
                    return true;
                }

                version += BinaryPrimitives.ReadInt32LittleEndian(entry[12..]);
            }

            int next = BinaryPrimitives.ReadInt32LittleEndian(needs[(library + 12)..]);
            if (next == 0)
                return false;
            library += next;
        }
    }
}
