using System.IO.Pipelines;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.ObjectPool;
using RecOps.Serving.Engine;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

/// <summary>A list as an endpoint result: it writes itself as a <see cref="RecommendationResponse"/> and returns to its pool.</summary>
internal sealed class RecommendationResult : RecommendationAnswer, IResult, IEndpointMetadataProvider
{
    private const string ContentType = "application/json; charset=utf-8";
    private readonly Pool _owner;
    private byte[] _json = [];

    private RecommendationResult(Pool owner) => _owner = owner;

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(
            new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(RecommendationResponse), ["application/json"])
        );

    /// <summary>Writes the response. Do not use the result afterwards.</summary>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        try
        {
            int length = AnswerJson.Write(this, ref _json);
            HttpResponse response = httpContext.Response;
            response.ContentType = ContentType;
            response.ContentLength = length;

            // The writer has copied the bytes when it returns, whether or not they have been sent.
            ValueTask<FlushResult> written = response.BodyWriter.WriteAsync(_json.AsMemory(0, length), httpContext.RequestAborted);
            return written.IsCompletedSuccessfully ? Task.CompletedTask : written.AsTask();
        }
        finally
        {
            Return();
        }
    }

    /// <summary>Returns it to its pool.</summary>
    public override void Return()
    {
        base.Return();
        _owner.TakeBack(this);
    }

    /// <summary>Pool of results.</summary>
    public sealed class Pool
    {
        // The pool keeps as many as were ever in use at once; one is rented only while its list is made and written.
        private readonly DefaultObjectPool<RecommendationResult> _free;

        public Pool() => _free = new(new Policy(this), int.MaxValue);

        public RecommendationResult Rent() => _free.Get();

        internal void TakeBack(RecommendationResult result) => _free.Return(result);

        private sealed class Policy(Pool owner) : PooledObjectPolicy<RecommendationResult>
        {
            public override RecommendationResult Create() => new(owner);

            public override bool Return(RecommendationResult obj) => true;
        }
    }
}
