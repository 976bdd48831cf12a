using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using RecOps.Server.Hosting.Http;
using RecOps.Shared;
using RecOps.Shared.Caching;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Users;
using Xunit;

namespace RecOps.Tests.Server.Hosting;

/// <summary>An id in a path arrives as it was sent, including slashes and percent signs.</summary>
public sealed class EscapedSlashTests(ServerFixture server)
{
    [Theory]
    [InlineData("shop/42")]
    [InlineData("ü/é 100%")]
    public async Task Get_IdWithASlash_IsTheIdThatWasSent(string id)
    {
        Assert.Equal(id, (await server.Client.GetAsync<RecommendationResponse>(Routes.RecommendationsFor(id))).UserId);
        Assert.Equal(id, (await server.Client.GetAsync<UserProfile>(Routes.Profile(id))).UserId);
        Assert.Equal(id, (await server.Client.GetAsync<CachedUser>(Routes.CachedFor(id))).UserId);
        using HttpResponseMessage missing = await server.Client.GetAsync(Routes.SimilarTo(id), TestContext.Current.CancellationToken);
        Assert.Equal(
            $"The item '{id}' is not in the catalogue.",
            (await missing.ExpectProblemAsync(HttpStatusCode.NotFound)).GetProperty("detail").GetString()
        );
    }

    /// <summary>On a real socket: the in-memory server does not preserve the raw address.</summary>
    [Theory]
    [InlineData("shop/42")]
    [InlineData("shop%2F42")]
    [InlineData("a/b%2fc/")]
    [InlineData("%2525/")]
    [InlineData("plain")]
    public async Task Invoke_OverKestrel_TheIdThatWasSent(string id)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using WebApplication application = builder.Build();
        application.UsePathBase("/recops");
        application.UseRouting();
        application.Use(next => context => EscapedSlashes.InvokeAsync(context, next));
        application.MapGet("/v1/items/{itemId}/similar", (string itemId) => itemId);
        await application.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(application.Urls.Single()) };

        Assert.Equal(id, await client.GetStringAsync(Routes.SimilarTo(id) + "?count=1", TestContext.Current.CancellationToken));
        Assert.Equal(id, await client.GetStringAsync("/recops" + Routes.SimilarTo(id), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Get_WhatSomebodyWithASlashDid_IsInTheirList()
    {
        await server.Application.SendEventAsync("shop/43", "i2", ShopEventType.Purchase);

        RecommendationResponse list = await server.Client.GetAsync<RecommendationResponse>(
            Routes.RecommendationsFor("shop/43") + "?count=5"
        );

        Assert.Equal(RecommendationSource.Computed, list.Source);
        Assert.All(list.Items, item => Assert.Equal(2, TestBundle.BehaviourOf(item.ItemId)));
    }
}
