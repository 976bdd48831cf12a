namespace RecOps.Bench.Load;

/// <summary>Result of one request.</summary>
/// <param name="Due">Seconds from the start of the run until it was due.</param>
/// <param name="LatencyMs">From then until the last byte of the answer.</param>
/// <param name="Status">HTTP status; 0 when the connection broke, -1 when there was no answer in time.</param>
/// <param name="Source">See <see cref="ListSource"/>.</param>
internal readonly record struct Sample(float Due, float LatencyMs, short Status, byte Source, bool Degraded, byte Phase)
{
    public const short Broken = 0;
    public const short Unanswered = -1;
}

/// <summary>All requests of a run, in blocks, so that growing never copies existing ones.</summary>
internal sealed class SampleLog
{
    private const int Block = 1 << 16;
    private readonly List<Sample[]> _blocks = [];
    private int _count;

    public int Count => _count;

    public void Add(in Sample sample)
    {
        if (_count % Block == 0)
            _blocks.Add(new Sample[Block]);
        _blocks[^1][_count++ % Block] = sample;
    }

    public IEnumerable<Sample> All()
    {
        for (int i = 0; i < _count; i++)
            yield return _blocks[i / Block][i % Block];
    }
}
