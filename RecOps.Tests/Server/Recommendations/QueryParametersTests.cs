using Microsoft.AspNetCore.Http;
using RecOps.Server.Recommendations;
using RecOps.Serving.Validation;
using RecOps.Shared.Recommendations;
using Xunit;

namespace RecOps.Tests.Server.Recommendations;

public sealed class QueryParametersTests
{
    [Fact]
    public void Parse_EncodedAndInAnyCase_Decoded()
    {
        RecommendationRequest request = Read(
            "?COUNT=7&placement=c%61rt&itemid=a%2Bb+c&country=%C3%85land&segment=&explain=True",
            out FieldErrors errors
        );

        Assert.False(errors.Any);
        Assert.Equal(
            (7, "cart", "a+b c", "Åland", null, true),
            (request.Count, request.Placement, request.ItemId, request.Country, request.Segment, request.Explain)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("?count=&placement")]
    public void Parse_NothingSaid_Defaults(string query)
    {
        RecommendationRequest request = Read(query, out FieldErrors errors);

        Assert.False(errors.Any);
        Assert.Equal((20, null), (request.Count, request.Placement));
    }

    [Theory]
    [InlineData("?count=5&count=6", "count", "twice")]
    [InlineData("?itemId=a&itemId=b", "itemId", "twice")]
    [InlineData("?placement=home&placement=cart", "placement", "twice")]
    [InlineData("?cuont=3", "cuont", "Did you mean 'count'?")]
    [InlineData("?excludeItemIds=i1", "excludeItemIds", "POST")]
    public void Parse_SaidTwiceOrNoParameter_Named(string query, string field, string message)
    {
        Read(query, out FieldErrors errors);

        Assert.Equal([field], errors.ByField.Keys);
        Assert.Contains(message, errors.ByField[field][0], StringComparison.Ordinal);
    }

    private static RecommendationRequest Read(string query, out FieldErrors errors)
    {
        errors = new FieldErrors();
        return QueryParameters.Parse(new QueryString(query)).ToRequest("u1", ref errors);
    }
}
