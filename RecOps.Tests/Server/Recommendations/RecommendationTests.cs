using System.Net;
using RecOps.Shared;
using RecOps.Shared.Catalog;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Server.Recommendations;

public sealed class RecommendationTests(ServerFixture server)
{
    [Fact]
    public async Task Get_KnownUser_ListOfTheirBehaviourByScore()
    {
        var response = await server.Client.GetAsync<RecommendationResponse>(Routes.RecommendationsFor("u1") + "?count=5&explain=true");

        Assert.Equal("u1", response.UserId);
        Assert.Equal("home", response.Placement);
        Assert.Contains(response.Source, new[] { RecommendationSource.Computed, RecommendationSource.L1 });
        Assert.False(response.Degraded);
        Assert.Equal(TestBundle.ModelVersion, response.ModelVersion);
        Assert.Equal(0, response.RulesVersion);
        Assert.NotEmpty(response.RequestId);
        Assert.Equal([1, 2, 3, 4, 5], response.Items.Select(item => item.Position));
        Assert.Equal(
            response.Items.OrderByDescending(item => item.Score).Select(item => item.ItemId),
            response.Items.Select(item => item.ItemId)
        );
        Assert.All(response.Items, item => Assert.Equal(1, TestBundle.BehaviourOf(item.ItemId)));
        Assert.All(response.Items, item => Assert.InRange(item.Score, 0.5f, 1f));

        // Their history is a candidate, and the ranker favours it.
        Assert.Equal(["i41", "i45"], response.Items.Take(2).Select(item => item.ItemId).Order());
        Assert.Equal(1, response.Explain?.ClusterId);
    }

    [Fact]
    public async Task Get_WithoutExplain_NoExplanation()
    {
        string text = await server.Client.GetStringAsync(Routes.RecommendationsFor("u1"), TestContext.Current.CancellationToken);

        Assert.DoesNotContain("explain", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_And_Post_SameRequest_SameItems()
    {
        var get = await server.Client.GetAsync<RecommendationResponse>(
            Routes.RecommendationsFor("u2") + "?count=7&placement=product&itemId=i3&country=FI&segment=new&explain=false"
        );
        RecommendationResponse post = await server.Application.RecommendAsync(
            new RecommendationRequest
            {
                UserId = "u2",
                Count = 7,
                Placement = "product",
                ItemId = "i3",
                Country = "FI",
                Segment = "new",
            }
        );

        Assert.Equal(get.Items.Select(i => (i.ItemId, i.Score)), post.Items.Select(i => (i.ItemId, i.Score)));
        Assert.NotEqual(get.RequestId, post.RequestId);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(59)]
    public async Task Post_AnyCount_FilledUpWithoutRepeats(int count)
    {
        RecommendationResponse response = await server.Application.RecommendAsync(
            new RecommendationRequest { UserId = "u3", Count = count }
        );

        Assert.Equal(count, response.Items.Length);
        Assert.Equal(count, response.Items.Select(item => item.ItemId).Distinct().Count());
    }

    [Fact]
    public async Task Post_CountOverCatalogue_EveryItemInStockOnce()
    {
        RecommendationResponse response = await server.Application.RecommendAsync(new RecommendationRequest { UserId = "u3", Count = 100 });

        Assert.Equal(
            Enumerable.Range(0, TestBundle.Items).Select(i => $"i{i}").Where(id => id != TestBundle.SoldOut).Order(),
            response.Items.Select(item => item.ItemId).Order()
        );
    }

    [Fact]
    public async Task Post_UnknownUser_WhatIsPopular()
    {
        RecommendationResponse response = await server.Application.RecommendAsync(
            new RecommendationRequest { UserId = "nobody", Count = 8 }
        );

        Assert.Equal(RecommendationSource.Popular, response.Source);
        Assert.False(response.Degraded);
        Assert.Equal(["i0", "i1", "i2", "i3", "i4", "i5", "i6", "i8"], response.Items.Select(item => item.ItemId));
        Assert.All(response.Items, item => Assert.Equal(0, item.Score));
    }

    [Fact]
    public async Task Post_UnknownUserWithRecentItems_ListOfThatBehaviour()
    {
        RecommendationResponse response = await server.Application.RecommendAsync(
            new RecommendationRequest
            {
                UserId = "nobody",
                Count = 5,
                RecentItemIds = ["i10", "no-such-item"],
                Explain = true,
            }
        );

        Assert.Equal(RecommendationSource.Computed, response.Source);
        Assert.All(response.Items, item => Assert.Equal(2, TestBundle.BehaviourOf(item.ItemId)));
        Assert.Equal(2, response.Explain?.ClusterId);
    }

    [Fact]
    public async Task Post_KnownUserWithoutBehaviour_TheirClusterElsePopular()
    {
        RecommendationResponse cluster = await server.Application.RecommendAsync(TestBundle.UserWithClusterOnly);
        RecommendationResponse popular = await server.Application.RecommendAsync(TestBundle.UserWithoutAnything);

        // u39 is in cluster 39 % 4.
        Assert.Equal(RecommendationSource.Cluster, cluster.Source);
        Assert.False(cluster.Degraded);
        Assert.Equal(["i3", "i11", "i15"], cluster.Items.Take(3).Select(item => item.ItemId));
        Assert.Equal(RecommendationSource.Popular, popular.Source);
    }

    [Fact]
    public async Task Post_ItemOnThePage_MovesTheListAndIsNotInIt()
    {
        RecommendationResponse before = await server.Application.RecommendAsync("u4");
        RecommendationResponse after = await server.Application.RecommendAsync(
            new RecommendationRequest
            {
                UserId = "u4",
                Placement = "product",
                ItemId = "i4",
            }
        );

        Assert.Contains(before.Items, item => item.ItemId == "i4");
        Assert.DoesNotContain(after.Items, item => item.ItemId == "i4");
        Assert.NotEqual(before.Items.Select(i => i.Score), after.Items.Select(i => i.Score));
    }

    [Theory]
    [InlineData("u0")]
    [InlineData("nobody")]
    [InlineData(TestBundle.UserWithClusterOnly)]
    public async Task Post_ExcludedAndSoldOut_InNoList(string userId)
    {
        string[] excluded = ["i0", "i1", "i2", "i3", "i40", "i44", "no-such-item"];
        RecommendationResponse response = await server.Application.RecommendAsync(
            new RecommendationRequest
            {
                UserId = userId,
                Count = 100,
                ExcludeItemIds = excluded,
            }
        );

        Assert.Equal(TestBundle.Items - 7, response.Items.Length);
        Assert.Empty(response.Items.Select(item => item.ItemId).Intersect([.. excluded, TestBundle.SoldOut]));
    }

    [Fact]
    public async Task Post_EverythingExcluded_EmptyList()
    {
        RecommendationResponse response = await server.Application.RecommendAsync(
            new RecommendationRequest { UserId = "u0", ExcludeItemIds = [.. Enumerable.Range(0, TestBundle.Items).Select(i => $"i{i}")] }
        );

        Assert.Empty(response.Items);
    }

    [Fact]
    public async Task Get_UserIdWithOddCharacters_TakenAsItIs()
    {
        var response = await server.Client.GetAsync<RecommendationResponse>(Routes.RecommendationsFor("ünï cödé?&="));

        Assert.Equal("ünï cödé?&=", response.UserId);
    }

    [Fact]
    public async Task Batch_MixedRequests_EachWithItsOwnStatus()
    {
        HttpResponseMessage answer = await server.Client.SendJsonAsync(
            HttpMethod.Post,
            Routes.RecommendationsBatch,
            """
            {"requests":[{"userId":"u1","count":3},{"userId":"","count":0},null,{"userId":"nobody","count":2}]}
            """
        );
        var batch = await answer.ReadAsync<RecommendationBatchResponse>();

        Assert.Equal([200, 400, 400, 200], batch.Responses.Select(response => response.Status));
        Assert.Equal(3, batch.Responses[0].Response?.Items.Length);
        Assert.Equal(["count", "userId"], batch.Responses[1].Errors!.Keys.Order());
        Assert.NotNull(batch.Responses[2].Errors);
        Assert.Equal(RecommendationSource.Popular, batch.Responses[3].Response?.Source);
    }

    [Fact]
    public async Task Batch_HundredRequests_AnsweredInOrder()
    {
        var ids = Enumerable.Range(0, 100).Select(i => $"u{i % TestBundle.Users}").ToArray();
        string json = $$"""{"requests":[{{string.Join(",", ids.Select(id => $$"""{"userId":"{{id}}","count":1}"""))}}]}""";
        var batch = await (
            await server.Client.SendJsonAsync(HttpMethod.Post, Routes.RecommendationsBatch, json)
        ).ReadAsync<RecommendationBatchResponse>();

        Assert.Equal(ids, batch.Responses.Select(response => response.Response?.UserId));
    }

    [Fact]
    public async Task Similar_KnownItem_NearestOfItsBehaviourFirst()
    {
        var similar = await server.Client.GetAsync<SimilarItemsResponse>(Routes.SimilarTo("i3") + "?count=59");

        Assert.Equal("i3", similar.ItemId);
        Assert.Equal(TestBundle.ModelVersion, similar.ModelVersion);
        Assert.Equal(TestBundle.Items - 2, similar.Items.Length);
        Assert.DoesNotContain(similar.Items, item => item.ItemId is "i3" or TestBundle.SoldOut);
        Assert.All(similar.Items.Take(13), item => Assert.Equal(3, TestBundle.BehaviourOf(item.ItemId)));
        Assert.All(similar.Items, item => Assert.InRange(item.Score, -1f, 1f));
        float[] vector = TestBundle.VectorOf(3, seed: 1);
        float[] nearest = TestBundle.VectorOf(TestBundle.NumberOf(similar.Items[0].ItemId), seed: 1);
        Assert.Equal(System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(vector, nearest), similar.Items[0].Score, 0.002f);
    }

    [Theory]
    [InlineData("excludeItemIds", true)]
    [InlineData("recentItemIds", false)]
    [InlineData("explain", false)]
    public async Task Similar_ParameterThatIsNone_LeadsToPostOnlyWhatPostTakes(string name, bool isInBody)
    {
        HttpResponseMessage answer = await server.Client.GetAsync(
            $"{Routes.SimilarTo("i3")}?{name}=i1",
            TestContext.Current.CancellationToken
        );

        string problem = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(isInBody, problem.Contains("send it with POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Similar_UnknownItem_NotFound()
    {
        HttpResponseMessage answer = await server.Client.GetAsync(Routes.SimilarTo("no-such-item"), TestContext.Current.CancellationToken);

        await answer.ExpectProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Patch_SoldOut_GoneOnEveryPathAtOnce()
    {
        await using RecOpsApplication application = await RecOpsApplication.StartAsync();
        HttpClient client = application.CreateClient();
        Assert.Contains((await application.RecommendAsync("u0")).Items, item => item.ItemId == "i0");

        var patched = await (
            await client.SendJsonAsync(HttpMethod.Patch, Routes.CatalogItems, """{"items":[{"itemId":"i0","inStock":false}]}""")
        ).ReadAsync<CatalogUpdateResponse>();

        Assert.Equal(1, patched.Updated);
        foreach (string userId in new[] { "u0", "nobody", TestBundle.UserWithClusterOnly, "u36" })
        {
            RecommendationResponse response = await application.RecommendAsync(new RecommendationRequest { UserId = userId, Count = 100 });
            Assert.DoesNotContain(response.Items, item => item.ItemId == "i0");
        }

        var similar = await client.GetAsync<SimilarItemsResponse>(Routes.SimilarTo("i4") + "?count=100");
        Assert.DoesNotContain(similar.Items, item => item.ItemId == "i0");
    }
}
