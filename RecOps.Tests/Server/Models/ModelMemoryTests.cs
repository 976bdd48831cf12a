using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Models.Switching;
using RecOps.Server.Models.Trials;
using RecOps.Serving.Models;
using RecOps.Shared;
using RecOps.Shared.Clusters;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;
using RecOps.Tests.Server.Rules;
using Xunit;

namespace RecOps.Tests.Server.Models;

public sealed class ModelMemoryTests
{
    private static readonly Rule[] Rules = [RuleConsole.Pin("hero", "i30", 1), RuleConsole.Exclude("none", "i2")];

    /// <summary>A replaced model is gigabytes: nothing may hold it once its last request is answered.</summary>
    [Fact]
    public async Task Retire_ModelThatRulesWereEditedPreviewedAndServedWith_NothingHoldsIt()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync();
        WeakReference[] before = await UseAsync(application);

        await application.CreateClient().ActivateAsync(TwoBundles.Other);

        await ExpectNothingHoldsAsync(application, before);
    }

    [Fact]
    public async Task Retire_ModelThatWasWarmedAndRefreshedLast_NothingHoldsIt()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync(
            settings: new() { ["Caching:SoftTtl"] = "00:00:10", ["Warming:Users"] = "0" }
        );
        WeakReference[] before = await WarmAsync(application);

        await application.CreateClient().ActivateAsync(TwoBundles.Other);

        await ExpectNothingHoldsAsync(application, before);
    }

    [Fact]
    public async Task Retire_ModelThatWasCompared_NothingHoldsIt()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync();
        HttpClient client = application.CreateClient();
        WeakReference[] compared = await CompareAsync(application, client);

        using HttpResponseMessage stopped = await client.DeleteAsync(Routes.ModelShadow, TestContext.Current.CancellationToken);

        await ExpectNothingHoldsAsync(application, compared);
    }

    private static async Task ExpectNothingHoldsAsync(RecOpsApplication application, WeakReference[] parts)
    {
        var retirement = application.Services.GetRequiredService<ModelRetirement>();
        await Waiting.UntilAsync(() =>
        {
            application.Time.Advance(TimeSpan.FromSeconds(1));
            return retirement.Waiting == 0;
        });
        await Waiting.UntilAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return Task.FromResult(!parts.Any(part => part.IsAlive));
            },
            TimeSpan.FromMilliseconds(100)
        );
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference[]> UseAsync(RecOpsApplication application)
    {
        var console = new RuleConsole(application.CreateClient());
        await RecommendAllAsync(application);
        await application.SendEventAsync("u1", "i1", "click");
        await console.ValidateAsync(Rules);
        await console.PreviewAsync(
            new PreviewRequest
            {
                Document = new RuleDocument { Rules = Rules },
                UserId = "u1",
            }
        );
        using (
            HttpResponseMessage impact = await console.PostAsync(
                Routes.RuleImpact,
                new ImpactRequest { Document = new RuleDocument { Rules = Rules } }
            )
        )
            await impact.ReadAsync<ImpactReport>();
        await console.PublishAsync(Rules);
        await RecommendAllAsync(application);
        return ReferencesTo(application.Models().Current!);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference[]> WarmAsync(RecOpsApplication application)
    {
        HttpClient client = application.CreateClient();
        await new RuleConsole(client).PublishAsync(Rules);
        using HttpResponseMessage begun = await client.PostAsJsonAsync(
            Routes.WarmRuns,
            new WarmRequest { UsersPerCluster = 2, Placement = "home" },
            RecOpsApplication.Json,
            TestContext.Current.CancellationToken
        );
        WarmRun run = await begun.ReadAsync<WarmRun>(HttpStatusCode.Accepted);
        await Waiting.UntilAsync(async () => (await client.GetAsync<WarmRun>(Routes.WarmRunOf(run.Id))).IsOver);
        await RecommendAllAsync(application);
        application.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(RecommendationSource.Stale, (await application.RecommendAsync("u1")).Source);
        await RecommendAllAsync(application);
        await Waiting.UntilAsync(async () => (await application.RecommendAsync("u1")).Source == RecommendationSource.L1);
        return ReferencesTo(application.Models().Current!);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference[]> CompareAsync(RecOpsApplication application, HttpClient client)
    {
        await client.TryAsync(Routes.ModelShadow, TwoBundles.Other, 1);
        await Waiting.UntilAsync(async () =>
        {
            await RecommendAllAsync(application);
            return (await client.ModelsAsync()).Shadow!.Compared > 0;
        });
        return ReferencesTo(application.Services.GetRequiredService<ShadowComparison>().Current!.Model);
    }

    private static async Task RecommendAllAsync(RecOpsApplication application)
    {
        for (int user = 0; user < 20; user++)
            await application.RecommendAsync($"u{user}");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] ReferencesTo(ServingModel model) => [new(model), new(model.Catalog), new(model.Rules)];
}
