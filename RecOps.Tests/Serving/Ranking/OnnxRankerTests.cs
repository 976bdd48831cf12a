using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RecOps.Serving.Ranking;
using RecOps.Shared.Bundles;
using RecOps.Tests.Server;
using Xunit;

namespace RecOps.Tests.Serving.Ranking;

public sealed class OnnxRankerTests
{
    private const int MaxCandidates = 150;
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Rank_BatchOfManyWidths_SameAsOneByOne()
    {
        using Bundle bundle = Bundle.Open(Path.Combine(await TestBundle.SharedAsync(), TestBundle.Name));
        using IRanker ranker = Open(bundle);
        RankJob[] together = Jobs(bundle, 7);
        RankJob[] alone = Jobs(bundle, 7);

        Assert.True(ranker.Rank(together, Deadline()));
        foreach (RankJob job in alone)
            Assert.True(ranker.Rank([job], Deadline()));

        for (int i = 0; i < together.Length; i++)
            Assert.Equal(alone[i].Scores.Take(alone[i].Count), together[i].Scores.Take(together[i].Count));
        Assert.NotEqual(together[0].Scores[0], together[1].Scores[0]);
    }

    [Fact]
    public async Task Rank_SmallBatchAfterALargeOne_NothingOfItLeft()
    {
        using Bundle bundle = Bundle.Open(Path.Combine(await TestBundle.SharedAsync(), TestBundle.Name));
        using IRanker ranker = Open(bundle);
        RankJob[] first = Jobs(bundle, 3);
        Assert.True(ranker.Rank(first.AsSpan(0, 1), Deadline()));
        float[] expected = [.. first[0].Scores];

        ranker.Rank(Jobs(bundle, 8), Deadline());
        Array.Clear(first[0].Scores);
        Assert.True(ranker.Rank(first.AsSpan(0, 1), Deadline()));

        Assert.Equal(expected, first[0].Scores);
    }

    [Fact]
    public async Task Rank_DeadlineHasPassed_FalseWithoutARun()
    {
        using Bundle bundle = Bundle.Open(Path.Combine(await TestBundle.SharedAsync(), TestBundle.Name));
        using IRanker ranker = Open(bundle);
        RankJob[] jobs = Jobs(bundle, 1);

        Assert.False(ranker.Rank(jobs, _time.GetTimestamp()));
        Assert.All(jobs[0].Scores, score => Assert.Equal(0, score));
    }

    [Theory]
    [InlineData("cpu", 5, 5)]
    [InlineData("cuda", 5, 8)]
    [InlineData("cuda", 8, 8)]
    [InlineData("cuda", 1, 1)]
    [InlineData("cuda", 11, 12)]
    public async Task PaddedSize_Provider_PowersOfTwoOnAGpuUpToTheLargest(string provider, int count, int expected)
    {
        using Bundle bundle = Bundle.Open(Path.Combine(await TestBundle.SharedAsync(), TestBundle.Name));
        using var ranker = new OnnxRanker(
            new Microsoft.ML.OnnxRuntime.InferenceSession(bundle.PathOf(BundleFile.Ranker)),
            new("auto", provider, ""),
            bundle.Manifest,
            new RankerLimits(MaxCandidates, 12, 1),
            _time
        );

        Assert.Equal(expected, ranker.PaddedSize(count));
        Assert.True(ranker.Rank(Jobs(bundle, count), Deadline()));
    }

    private static RankJob[] Jobs(Bundle bundle, int count)
    {
        var random = new Random(3);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(user =>
                {
                    var job = new RankJob(bundle.Manifest, MaxCandidates);
                    for (int i = 0; i < TestBundle.Dimension; i++)
                        job.User[i] = (float)bundle.UserEmbeddings[user][i];
                    for (int i = 0; i < TestBundle.History; i++)
                        job.History[i] = bundle.UserHistories[user][i];
                    job.Count = 1 + (user * 29 % MaxCandidates);
                    for (int i = 0; i < job.Count; i++)
                        job.Candidates[i] = random.Next(TestBundle.Items);
                    return job;
                }),
        ];
    }

    private long Deadline() => _time.GetTimestamp() + _time.TimestampFrequency;

    private IRanker Open(Bundle bundle)
    {
        IOptions<InferenceOptions> options = Options.Create(new InferenceOptions());
        var sessions = new ProviderSession(options, NullLogger<ProviderSession>.Instance);
        return new OnnxRankerFactory(sessions, options, _time, NullLogger<OnnxRankerFactory>.Instance).Open(
            bundle,
            new RankerLimits(MaxCandidates, 8, 1)
        );
    }
}
