using RecOps.Shared;
using Xunit;

namespace RecOps.Tests.Server.Recommendations;

public sealed class RecommendationInputTests(ServerFixture server)
{
    private static readonly string Long = new('x', 129);
    private static readonly string LongItem = new('x', 513);

    public static TheoryData<string, string> BadBodies =>
        new()
        {
            { "{}", "userId" },
            { """{"userId":null}""", "userId" },
            { """{"userId":""}""", "userId" },
            { $$"""{"userId":"{{Long}}"}""", "userId" },
            { """{"userId":17}""", "userId" },
            { """{"userId":"u","count":0}""", "count" },
            { """{"userId":"u","count":101}""", "count" },
            { """{"userId":"u","count":"many"}""", "count" },
            { """{"userId":"u","count":1.5}""", "count" },
            { """{"userId":"u","placement":"cellar"}""", "placement" },
            { $$"""{"userId":"u","itemId":"{{LongItem}}"}""", "itemId" },
            { $$"""{"userId":"u","excludeItemIds":["i1","{{LongItem}}"]}""", "excludeItemIds[1]" },
            { $$"""{"userId":"u","country":"{{Long}}"}""", "country" },
            { $$"""{"userId":"u","segment":"{{Long}}"}""", "segment" },
            { """{"userId":"u","recentItemIds":["i1",""]}""", "recentItemIds[1]" },
            { """{"userId":"u","recentItemIds":"i1"}""", "recentItemIds" },
            { Ids("recentItemIds", 101), "recentItemIds" },
            { """{"userId":"u","excludeItemIds":[null]}""", "excludeItemIds[0]" },
            { Ids("excludeItemIds", 1001), "excludeItemIds" },
            { $$$"""{"userId":"u","attributes":{"a":"{{{Long}}}"}}""", "attributes.a" },
            { """{"userId":"u","attributes":[]}""", "attributes" },
            { """{"userId":"u","explain":"please"}""", "explain" },
            { """{"userId":"u","price":7}""", "price" },
            { """{"userId":"u",""", "$" },
            { "", "$" },
        };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task Post_BadInput_NamesTheField(string json, string field) =>
        await (await server.Client.SendJsonAsync(HttpMethod.Post, Routes.Recommendations, json)).ExpectFieldsAsync(field);

    [Theory]
    [InlineData("""{"userId":17}""", "The value must be a string (line 1")]
    [InlineData("""{"userId":"u","count":1.5}""", "The value must be a whole number (line 1")]
    [InlineData("""{"userId":"u","recentItemIds":"i1"}""", "The value must be a list (line 1")]
    [InlineData("""{"userId":"u","attributes":[]}""", "The value must be an object (line 1")]
    [InlineData("""{"userId":"u","explain":"please"}""", "The value must be true or false (line 1")]
    [InlineData("""{"userId":"u",""", "This is not well-formed JSON (line 1")]
    [InlineData("""{"userId":"u","excludedItemIds":["i1"]}""", "Unknown field 'excludedItemIds'. Did you mean 'excludeItemIds'?")]
    [InlineData("""{"userId":"u","price":7}""", "Unknown field 'price'. Use one of these: userId, count")]
    public async Task Post_UnreadableInput_SaysWhatBelongsThere(string json, string message)
    {
        HttpResponseMessage answer = await server.Client.SendJsonAsync(HttpMethod.Post, Routes.Recommendations, json);

        Assert.Contains(message, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_SeveralMistakes_AllNamed()
    {
        HttpResponseMessage answer = await server.Client.SendJsonAsync(
            HttpMethod.Post,
            Routes.Recommendations,
            """{"userId":"","count":-1,"placement":"x","recentItemIds":[""]}"""
        );

        await answer.ExpectFieldsAsync("userId", "count", "placement", "recentItemIds[0]");
    }

    [Theory]
    [InlineData("count=0", "count")]
    [InlineData("count=101", "count")]
    [InlineData("count=many", "count")]
    [InlineData("placement=cellar", "placement")]
    [InlineData("explain=perhaps", "explain")]
    [InlineData("count=x&placement=y&explain=z", "count", "placement", "explain")]
    public async Task Get_BadInput_NamesTheField(string query, params string[] fields) =>
        await (
            await server.Client.GetAsync($"{Routes.RecommendationsFor("u1")}?{query}", TestContext.Current.CancellationToken)
        ).ExpectFieldsAsync(fields);

    [Theory]
    [InlineData("itemId")]
    [InlineData("country")]
    [InlineData("segment")]
    public async Task Get_LongValue_NamesTheField(string field) =>
        await (
            await server.Client.GetAsync($"{Routes.RecommendationsFor("u1")}?{field}={LongItem}", TestContext.Current.CancellationToken)
        ).ExpectFieldsAsync(field);

    [Fact]
    public async Task Get_LongUserId_NamesTheField() =>
        await (await server.Client.GetAsync(Routes.RecommendationsFor(Long), TestContext.Current.CancellationToken)).ExpectFieldsAsync(
            "userId"
        );

    [Theory]
    [InlineData("{}", "requests")]
    [InlineData("""{"requests":[]}""", "requests")]
    [InlineData("""{"requests":[{"userId":"u","count":"x"}]}""", "requests[0].count")]
    [InlineData("""{"requests":[{"userId":"u"},{"userId":"u","cuont":3}]}""", "requests[1].cuont")]
    [InlineData("""{"similar":[{"itemId":"i1","recentItemIds":["i2"]}]}""", "similar[0].recentItemIds")]
    [InlineData("""{"request":[{"userId":"u"}]}""", "request")]
    public async Task Batch_BadInput_NamesTheField(string json, string field) =>
        await (await server.Client.SendJsonAsync(HttpMethod.Post, Routes.RecommendationsBatch, json)).ExpectFieldsAsync(field);

    [Fact]
    public async Task Batch_TooMany_NamesTheField()
    {
        string json = $$"""{"requests":[{{string.Join(",", Enumerable.Repeat("""{"userId":"u"}""", 101))}}]}""";

        await (await server.Client.SendJsonAsync(HttpMethod.Post, Routes.RecommendationsBatch, json)).ExpectFieldsAsync("requests");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("x")]
    public async Task Similar_BadCount_NamesTheField(string count) =>
        await (
            await server.Client.GetAsync($"{Routes.SimilarTo("i1")}?count={count}", TestContext.Current.CancellationToken)
        ).ExpectFieldsAsync("count");

    private static string Ids(string field, int count) =>
        $$"""{"userId":"u","{{field}}":[{{string.Join(",", Enumerable.Repeat("\"i1\"", count))}}]}""";
}
