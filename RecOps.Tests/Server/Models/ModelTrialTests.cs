using System.Net;
using System.Net.Http.Json;
using RecOps.Server.Models.Trials;
using RecOps.Shared;
using RecOps.Shared.Caching;
using RecOps.Shared.Events;
using RecOps.Shared.Models;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;
using Xunit;

namespace RecOps.Tests.Server.Models;

public sealed class ModelTrialTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Shadow_AllRequests_SaysHowAlikeItRanksAndShowsNobody(bool upsideDown)
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync(
            new TestBundle.Variation { IsUpsideDown = upsideDown, IsReversed = true }
        );
        HttpClient client = application.CreateClient();
        await client.TryAsync(Routes.ModelShadow, TwoBundles.Other, 1);

        for (int user = 0; user < 12; user++)
            Assert.Equal(TestBundle.ModelVersion, (await application.RecommendAsync($"u{user}")).ModelVersion);
        ShadowState? shadow = null;
        await Waiting.UntilAsync(async () => (shadow = (await client.ModelsAsync()).Shadow)!.Compared + shadow.Skipped == 12);

        Assert.Equal(
            (TwoBundles.Other, TwoBundles.OtherModel, 1, "admin", 0L),
            (shadow!.Bundle, shadow.Model, shadow.Share, shadow.By, shadow.Failed)
        );
        Assert.Equal(TestBundle.ModelVersion, shadow.AgainstModel);
        Assert.True(shadow.Compared > 0);
        if (upsideDown)
        {
            Assert.True(shadow.Top10Overlap < 0.9 && shadow.Drift > 0.25, $"{shadow}");
        }
        else
        {
            Assert.Equal((1, 1), (Math.Round(shadow.Top10Overlap!.Value, 9), Math.Round(shadow.KendallTau!.Value, 9)));
            Assert.Equal(0, shadow.Drift!.Value, 1e-9);
            Assert.Equal(shadow.ActiveMeanScore!.Value, shadow.MeanScore!.Value, 1e-6);
        }

        using HttpResponseMessage stopped = await client.DeleteAsync(Routes.ModelShadow, Cancellation);
        Assert.Null((await stopped.ReadAsync<ModelList>(HttpStatusCode.OK)).Shadow);
        Assert.Single(application.Models().Live);
    }

    [Fact]
    public async Task Canary_HalfOfTheShoppers_AnswersAlwaysTheSameOnesAndCountsTheirClicks()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync();
        HttpClient client = application.CreateClient();
        await client.TryAsync(Routes.ModelCanary, TwoBundles.Other, 0.5);

        Dictionary<string, string> models = [];
        for (int user = 0; user < 36; user++)
        {
            RecommendationResponse answer = await application.RecommendAsync($"u{user}");
            models[$"u{user}"] = answer.ModelVersion;
            if (answer.ModelVersion == TwoBundles.OtherModel)
                await ClickAsync(client, answer);
        }

        foreach ((string user, string model) in models)
            Assert.Equal(model, (await application.RecommendAsync(user)).ModelVersion);
        int own = models.Values.Count(model => model == TwoBundles.OtherModel);
        Assert.InRange(own, 9, 27);
        CanaryState canary = (await client.ModelsAsync()).Canary!;
        Assert.Equal((2 * own, own, 2 * (36 - own), 0), (canary.Own.Lists, canary.Own.Clicks, canary.Active.Lists, canary.Active.Clicks));
        Assert.Equal(0.5, canary.Own.ClickRate);
        Assert.InRange(0.5, canary.Own.ClickRateLow!.Value, canary.Own.ClickRateHigh!.Value);
        Assert.Equal((TwoBundles.OtherModel, TestBundle.ModelVersion), (canary.Own.Model, canary.Active.Model));
        Assert.Equal(2 * own, canary.Own.Latency.Count);
        Assert.NotNull(canary.Own.Latency.P99Ms);
    }

    [Fact]
    public async Task Canary_LargerShare_KeepsTheShoppersItHad()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync();
        HttpClient client = application.CreateClient();
        HashSet<string> before = [];
        foreach (double share in new[] { 0.3, 0.6, 1 })
        {
            await client.TryAsync(Routes.ModelCanary, TwoBundles.Other, share);
            HashSet<string> now = [];
            for (int user = 0; user < 36; user++)
            {
                if ((await application.RecommendAsync($"u{user}")).ModelVersion == TwoBundles.OtherModel)
                    now.Add($"u{user}");
            }

            Assert.Superset(before, now);
            before = now;
        }

        Assert.Equal(36, before.Count);
    }

    [Fact]
    public async Task Canary_Promoted_AnswersEveryoneAndIsNoCanaryAnyMore()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync();
        HttpClient client = application.CreateClient();
        await client.TryAsync(Routes.ModelCanary, TwoBundles.Other, 0.2);
        object ready = application.Models().Canary!.Model;

        using HttpResponseMessage answer = await client.PostAsync(Routes.ModelPromotion, null, Cancellation);
        ModelList models = await answer.ReadAsync<ModelList>(HttpStatusCode.OK);

        Assert.Same(ready, application.Models().Current);
        Assert.Equal((TwoBundles.Other, ModelActivationKind.Promoted), (models.Active!.Bundle, models.Active.Kind));
        Assert.Null(models.Canary);
        for (int user = 0; user < 20; user++)
            Assert.Equal(TwoBundles.OtherModel, (await application.RecommendAsync($"u{user}")).ModelVersion);
        using HttpResponseMessage again = await client.PostAsync(Routes.ModelPromotion, null, Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task Canary_ItsShoppers_AreLookedAtByItsModelEverywhere()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync(new TestBundle.Variation { IsUpsideDown = true });
        HttpClient client = application.CreateClient();
        await client.TryAsync(Routes.ModelCanary, TwoBundles.Other, 1);
        RecommendationResponse answer = await application.RecommendAsync("u1");

        CachedUser cached = await client.GetAsync<CachedUser>(Routes.CachedFor("u1"));
        Assert.Single(cached.Entries);
        using HttpResponseMessage response = await client.PostAsync(
            Routes.RulePreview,
            new StringContent("""{"userId":"u1"}""", System.Text.Encoding.UTF8, "application/json"),
            Cancellation
        );
        PreviewResult preview = await response.ReadAsync<PreviewResult>(HttpStatusCode.OK);
        Assert.Equal(answer.Items.Select(item => item.ItemId), preview.After.Select(item => item.Item.ItemId));
    }

    [Fact]
    public async Task Canary_Stopped_GivesItsShoppersBack()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync();
        HttpClient client = application.CreateClient();
        await client.TryAsync(Routes.ModelCanary, TwoBundles.Other, 1);
        Assert.Equal(TwoBundles.OtherModel, (await application.RecommendAsync("u1")).ModelVersion);
        using HttpResponseMessage stopped = await client.DeleteAsync(Routes.ModelCanary, Cancellation);
        Assert.Null((await stopped.ReadAsync<ModelList>(HttpStatusCode.OK)).Canary);
        Assert.Equal(TestBundle.ModelVersion, (await application.RecommendAsync("u1")).ModelVersion);
        using HttpResponseMessage again = await client.DeleteAsync(Routes.ModelCanary, Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Theory]
    [InlineData("{}", "bundle", "share")]
    [InlineData("""{"bundle":"other","share":0}""", "share")]
    [InlineData("""{"bundle":"other","share":1.5}""", "share")]
    public async Task Try_WrongRequest_NamesTheFields(string body, params string[] fields)
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync();
        foreach (string route in new[] { Routes.ModelShadow, Routes.ModelCanary })
        {
            using HttpResponseMessage answer = await application
                .CreateClient()
                .PutAsync(route, new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancellation);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            string text = await answer.Content.ReadAsStringAsync(Cancellation);
            Assert.All(fields, field => Assert.Contains($"\"{field}\":[", text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Try_TheActiveBundle_Conflict()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync();
        using HttpResponseMessage answer = await application
            .CreateClient()
            .PutAsJsonAsync(Routes.ModelShadow, new TrialRequest(TestBundle.Name, 0.5), RecOpsApplication.Json, Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    [Fact]
    public void KendallTau_Lists_ComparesWhatBothHave()
    {
        Assert.Equal(1, ShadowFigures.KendallTau(["a", "b", "c"], ["a", "x", "b", "c"]));
        Assert.Equal(-1, ShadowFigures.KendallTau(["a", "b", "c"], ["c", "b", "a"]));
        Assert.Null(ShadowFigures.KendallTau(["a", "b"], ["b", "c"]));
    }

    [Fact]
    public void StabilityIndex_SameScoresOrOthers_IsNothingOrMuch()
    {
        Assert.Equal(0, ShadowFigures.StabilityIndex([5, 10, 20], [5, 10, 20]), 1e-12);
        Assert.True(ShadowFigures.StabilityIndex([500, 10, 0], [0, 10, 500]) > 1);
    }

    private static async Task ClickAsync(HttpClient client, RecommendationResponse answer)
    {
        var request = new EventsRequest
        {
            Events =
            [
                new ShopEvent
                {
                    UserId = answer.UserId,
                    ItemId = answer.Items[0].ItemId,
                    Type = ShopEventType.Click,
                    RequestId = answer.RequestId,
                },
            ],
        };
        using HttpResponseMessage response = await client.PostAsJsonAsync(Routes.Events, request, RecOpsApplication.Json, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }
}
