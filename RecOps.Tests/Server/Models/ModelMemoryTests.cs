using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Server.Models.Switching;
using RecOps.Shared;
using RecOps.Shared.Rules;
using RecOps.Tests.Server.Rules;
using Xunit;

namespace RecOps.Tests.Server.Models;

public sealed class ModelMemoryTests
{
    private static readonly Rule[] Rules = [RuleConsole.Pin("hero", "i30", 1), RuleConsole.Exclude("none", "i2")];

    /// <summary>A model that was replaced is gigabytes: nothing may hold it once its last request is answered.</summary>
    [Fact]
    public async Task Retire_ModelThatRulesWereEditedPreviewedAndServedWith_NothingHoldsIt()
    {
        await using RecOpsApplication application = await TwoBundles.StartAsync();
        WeakReference[] before = await UseAsync(application);

        await application.CreateClient().ActivateAsync(TwoBundles.Other);

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
                return Task.FromResult(!before.Any(part => part.IsAlive));
            },
            TimeSpan.FromMilliseconds(100));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference[]> UseAsync(RecOpsApplication application)
    {
        HttpClient client = application.CreateClient();
        var console = new RuleConsole(client);
        for (int user = 0; user < 20; user++) await application.RecommendAsync($"u{user}");
        await application.SendEventAsync("u1", "i1", "click");
        await console.ValidateAsync(Rules);
        await console.PreviewAsync(new PreviewRequest { Document = new RuleDocument { Rules = Rules }, UserId = "u1" });
        using (HttpResponseMessage impact = await console.PostAsync(Routes.RuleImpact, new ImpactRequest { Document = new RuleDocument { Rules = Rules } }))
            await impact.ReadAsync<ImpactReport>();
        await console.PublishAsync(Rules);
        for (int user = 0; user < 20; user++) await application.RecommendAsync($"u{user}");
        return ReferencesTo(application);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] ReferencesTo(RecOpsApplication application) =>
        [new(application.Models().Current), new(application.Models().Current!.Catalog), new(application.Models().Current!.Rules)];
}
