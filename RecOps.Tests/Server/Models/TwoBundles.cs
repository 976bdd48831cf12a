using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Serving.Models;
using RecOps.Shared;
using RecOps.Shared.Models;
using Xunit;

namespace RecOps.Tests.Server.Models;

/// <summary>A server with the usual bundle and a second one, and helpers for tests of models.</summary>
internal static class TwoBundles
{
    public const string Other = "other";
    public const string OtherModel = Other + "-" + TestBundle.Version;

    /// <returns>Models:Directory with both.</returns>
    public static async Task<string> WriteAsync(TestBundle.Variation? other = null)
    {
        string models = TestBundle.NewDirectory();
        await TestBundle.WriteAsync(models, new TestBundle.Variation());
        await TestBundle.WriteAsync(models, (other ?? new TestBundle.Variation()) with { Name = Other });
        return models;
    }

    public static async Task<RecOpsApplication> StartAsync(
        TestBundle.Variation? other = null,
        Dictionary<string, string?>? settings = null,
        Action<IServiceCollection>? swap = null
    ) => await RecOpsApplication.StartAsync(settings, swap, models: await WriteAsync(other));

    public static ActiveModel Models(this RecOpsApplication application) => application.Services.GetRequiredService<ActiveModel>();

    public static async Task<ModelList> ModelsAsync(this HttpClient client)
    {
        using HttpResponseMessage answer = await client.GetAsync(Routes.Models, TestContext.Current.CancellationToken);
        return await answer.ReadAsync<ModelList>(HttpStatusCode.OK);
    }

    public static async Task<ModelList> ActivateAsync(this HttpClient client, string bundle)
    {
        using HttpResponseMessage answer = await client.PostAsync(Routes.ActivationOf(bundle), null, TestContext.Current.CancellationToken);
        return await answer.ReadAsync<ModelList>(HttpStatusCode.OK);
    }

    public static async Task<ModelList> TryAsync(this HttpClient client, string route, string bundle, double share)
    {
        using HttpResponseMessage answer = await client.PutAsJsonAsync(
            route,
            new TrialRequest(bundle, share),
            RecOpsApplication.Json,
            TestContext.Current.CancellationToken
        );
        return await answer.ReadAsync<ModelList>(HttpStatusCode.OK);
    }
}
