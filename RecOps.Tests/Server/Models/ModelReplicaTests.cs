using System.Net;
using RecOps.Shared;
using RecOps.Shared.Models;
using Xunit;

namespace RecOps.Tests.Server.Models;

public sealed class ModelReplicaTests
{
    [Fact]
    public async Task Decision_OnOneServer_IsFollowedByTheOthers()
    {
        await using PostgresServer postgres = await PostgresServer.StartAsync();
        string models = await TwoBundles.WriteAsync();
        Dictionary<string, string?> settings = new()
        {
            ["Database:Provider"] = "postgres",
            ["ConnectionStrings:Database"] = await postgres.CreateDatabaseAsync(),
        };
        await using RecOpsApplication one = await RecOpsApplication.StartAsync(settings, models: models);
        await using RecOpsApplication two = await RecOpsApplication.StartAsync(settings, signIn: false, models: models);
        two.Cookie = one.Cookie;

        await one.CreateClient().ActivateAsync(TwoBundles.Other);
        await Waiting.UntilAsync(async () => (await two.RecommendAsync("u1")).ModelVersion == TwoBundles.OtherModel);
        ActiveModelInfo there = (await two.CreateClient().ModelsAsync()).Active!;
        Assert.Equal((TwoBundles.Other, "admin", ModelActivationKind.Activated), (there.Bundle, there.By, there.Kind));

        await two.CreateClient().TryAsync(Routes.ModelCanary, TestBundle.Name, 0.5);
        await Waiting.UntilAsync(() => one.Models().Canary is { Model.Bundle: TestBundle.Name });
        for (int user = 0; user < 20; user++)
            Assert.Equal((await one.RecommendAsync($"u{user}")).ModelVersion, (await two.RecommendAsync($"u{user}")).ModelVersion);

        using (
            HttpResponseMessage promoted = await one.CreateClient()
                .PostAsync(Routes.ModelPromotion, null, TestContext.Current.CancellationToken)
        )
            Assert.Equal(HttpStatusCode.OK, promoted.StatusCode);
        await Waiting.UntilAsync(() => two.Models().Current!.Bundle == TestBundle.Name && two.Models().Canary is null);

        await one.CreateClient().TryAsync(Routes.ModelShadow, TwoBundles.Other, 0.5);
        await Waiting.UntilAsync(async () => (await two.CreateClient().ModelsAsync()).Shadow?.Bundle == TwoBundles.Other);
        using (
            HttpResponseMessage stopped = await two.CreateClient().DeleteAsync(Routes.ModelShadow, TestContext.Current.CancellationToken)
        )
            Assert.Equal(HttpStatusCode.OK, stopped.StatusCode);
        await Waiting.UntilAsync(async () => (await one.CreateClient().ModelsAsync()).Shadow is null);
    }
}
