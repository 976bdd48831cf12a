using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using RecOps.Tests;

[assembly: Properties(Arbitrary = [typeof(Choices.Arbitraries)])]

namespace RecOps.Tests;

/// <summary>
/// Random choices from which a property test builds its case. They are recorded. A failing case is shrunk by dropping choices and lowering
/// the rest, so whatever is built from them shrinks without its own shrinker.
/// After MacIver and Donaldson, "Test-Case Reduction via Test-Case Generation: Insights from the Hypothesis Reducer" (ECOOP 2020).
/// </summary>
public sealed class Choices : Random
{
    private const int MostShown = 40;
    private const int MostPieces = 256;
    private readonly List<uint> _made;
    private readonly Random? _more;
    private int _next;

    private Choices(int seed)
    {
        _made = [];
        _more = new Random(seed);
    }

    private Choices(IEnumerable<uint> made) => _made = [.. made];

    /// <summary>Replays the same choices, then makes new ones.</summary>
    public void Rewind() => _next = 0;

    public override int Next() => (int)(Sample() * int.MaxValue);

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        foreach (ref byte each in buffer)
            each = (byte)(Choose() >> 24);
    }

    public override string ToString() =>
        $"{_made.Count} choices: "
        + string.Join(
            ' ',
            _made.Take(MostShown).Select(made => (made / (double)uint.MaxValue).ToString("0.###", CultureInfo.InvariantCulture))
        );

    protected override double Sample() => Choose() / (1.0 + uint.MaxValue);

    private uint Choose()
    {
        // Beyond its recorded choices, a shrunk case always chooses the lowest value.
        if (_next == _made.Count)
            _made.Add(_more is null ? 0 : (uint)_more.NextInt64(1L << 32));
        return _made[_next++];
    }

    /// <summary>
    /// Smaller cases, the smallest first. Each is shorter, or equally long with a lower choice, so shrinking ends.
    /// </summary>
    private IEnumerable<Choices> Smaller()
    {
        int length = 1 + _made.FindLastIndex(made => made != 0);
        uint[] made = [.. _made.Take(length)];
        for (int size = length / 2; size > 0 && length / size <= MostPieces; size /= 2)
        {
            for (int start = length - size; start >= 0; start -= size)
                yield return new([.. made[..start], .. made[(start + size)..]]);
        }

        for (int size = length; size > 0 && length / size <= MostPieces; size /= 2)
        {
            for (int start = 0; start + size <= length; start += size)
            {
                if (made.AsSpan(start, size).ContainsAnyExcept(0u))
                    yield return new([.. made[..start], .. new uint[size], .. made[(start + size)..]]);
            }
        }

        if (length > MostPieces)
            yield break;
        for (int at = 0; at < length; at++)
        {
            for (uint less = made[at] / 2; less > 0; less /= 4)
                yield return new([.. made[..at], made[at] - less, .. made[(at + 1)..]]);
        }
    }

    /// <summary>How FsCheck generates and shrinks them.</summary>
    public static class Arbitraries
    {
        public static Arbitrary<Choices> Choices() =>
            Arb.From(Gen.Choose(0, int.MaxValue).Select(seed => new Choices(seed)), choices => choices.Smaller());
    }
}
