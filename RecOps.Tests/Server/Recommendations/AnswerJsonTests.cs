using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecOps.Server.Recommendations;
using RecOps.Serving.Catalog;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Ranking;
using RecOps.Serving.Rules;
using RecOps.Serving.Rules.Compilation;
using RecOps.Shared.Recommendations;
using RecOps.Tests.Serving.Rules;
using Xunit;

namespace RecOps.Tests.Server.Recommendations;

public sealed class AnswerJsonTests(ServerFixture server)
{
    [Property(MaxTest = 300)]
    public void Write_AnyAnswer_ByteForByteTheSerializers(string? userId, string? placement, Choices choices)
    {
        RecommendationAnswer answer = Make(userId ?? "", placement ?? "", choices);
        JsonSerializerOptions options = server.Application.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        byte[] buffer = [];

        int length = AnswerJson.Write(answer, ref buffer);

        Assert.Equal(JsonSerializer.Serialize(answer.ToResponse(), options), Encoding.UTF8.GetString(buffer, 0, length));
    }

    [Theory]
    [InlineData("\"quoted\" and \\ back")]
    [InlineData("line\nbreak\ttab\u0001\u007f")]
    [InlineData("Größe 手袋 🧤")]
    [InlineData("half a pair \ud83e")]
    public void JsonIdOf_IdThatNeedsEscapes_AsTheSerializerWritesIt(string id)
    {
        JsonSerializerOptions options = server.Application.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;

        var ids = new ItemIdText(["plain", id, "after"]);

        Assert.Equal("plain", Encoding.UTF8.GetString(ids[0]));
        Assert.Equal(JsonSerializer.Serialize(id, options), $"\"{Encoding.UTF8.GetString(ids[1])}\"");
        Assert.Equal("after", Encoding.UTF8.GetString(ids[2]));
    }

    [Fact]
    public async Task Get_List_LengthIsSaid()
    {
        HttpResponseMessage response = await server.Client.GetAsync("/v1/recommendations/u1", TestContext.Current.CancellationToken);

        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(
            (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length,
            response.Content.Headers.ContentLength
        );
    }

    private RecommendationAnswer Make(string userId, string placement, Random random)
    {
        var answer = new RecommendationAnswer();
        ServingModel model = server.Application.Services.GetRequiredService<ActiveModel>().Current!;
        var rules = new RuleSet(RandomRules.Document(random, random.Next(3) * 50), random.Next(), model.Catalog, model.Popular);
        int count = random.Next(RecommendationValidator.MaxCount + 1);
        Span<RankedItem> places = answer.Places(count);
        Span<ulong> touched = answer.Touched(count, rules.Words);
        touched.Clear();
        var trace = new RuleTrace();
        for (int i = 0; i < count; i++)
        {
            places[i] = new RankedItem(
                random.Next(TestBundle.Items),
                random.Next(3) == 0 ? 0 : (float)Math.Pow(random.NextDouble(), random.Next(-1, 20))
            );
            trace.Placed.Add(
                new RuleTrace.Placing(
                    places[i].Ordinal,
                    random.Next(3),
                    places[i].Score,
                    random.NextSingle() * 4,
                    -1,
                    (ItemOrigin)random.Next(5)
                )
            );
            for (int touches = rules.Words == 0 ? 0 : random.Next(4); touches > 0; touches--)
                RuleBits.Set(touched.Slice(i * rules.Words, rules.Words), random.Next(rules.Rules.Length));
        }

        var request = new RecommendationRequest { UserId = userId, Placement = placement };
        RequestContext context = RequestContext.Of(model, rules, request, RequestPurpose.Live, default) with { Answer = answer };
        answer.Complete(
            RequestId.New(default),
            context,
            count,
            RecommendationSource.Computed,
            degraded: random.Next(2) == 0,
            cluster: random.Next(2) == 0 ? -1 : random.Next(),
            trace
        );
        if (random.Next(2) == 0)
            answer.Explain(
                new StageTimings(
                    random.NextDouble() * 100,
                    random.NextDouble() * 1e-7,
                    0,
                    random.Next(100),
                    random.NextDouble(),
                    double.Epsilon
                )
            );
        return answer;
    }
}
