using Microsoft.AspNetCore.Http.HttpResults;
using RecOps.Server.Hosting;
using RecOps.Server.Hosting.Problems;
using RecOps.Server.Models.Trials;
using RecOps.Serving.Engine;
using RecOps.Serving.Models;
using RecOps.Serving.Validation;
using RecOps.Shared.Recommendations;

namespace RecOps.Server.Recommendations;

/// <summary>Validates requests, runs them and chooses the status of the answer.</summary>
internal sealed class RecommendationService(
    ActiveModel active,
    RecommendationValidator validator,
    RecommendationPipeline pipeline,
    RecommendationResult.Pool answers,
    ShadowComparison shadow,
    SimilarItems similar,
    IRequestCounts metrics
)
{
    private const string TooBusy = "Too many requests are in flight. Try again in a second.";

    /// <param name="errors">Mistakes found while the request was read.</param>
    public async ValueTask<Results<RecommendationResult, ValidationProblem, ServiceUnavailable>> AnswerAsync(
        RecommendationRequest request,
        FieldErrors errors
    )
    {
        validator.Validate(request, ref errors);
        if (errors.Any)
        {
            metrics.RecordRejected();
            return TypedResults.ValidationProblem(errors.ByField);
        }

        if (!active.TryHold(request.UserId!, out ServingModel? model))
            return Unavailable(active.NotReadyReason!);
        RecommendationResult? answer = null;
        try
        {
            answer = answers.Rent();
            if (!await pipeline.RecommendAsync(model, request, answer))
                return Unavailable(TooBusy);
            shadow.Offer(request);

            // Given back by the code that writes it.
            RecommendationResult made = answer;
            answer = null;
            return made;
        }
        finally
        {
            answer?.Return();
            model.Uses.End();
        }
    }

    public async ValueTask<Results<Ok<RecommendationBatchResponse>, ValidationProblem, ServiceUnavailable>> AnswerBatchAsync(
        RecommendationBatchRequest batch
    )
    {
        var errors = new FieldErrors();
        RecommendationRequest?[] requests = batch.Requests ?? [];
        SimilarItemsRequest?[] ofItems = batch.Similar ?? [];
        int all = requests.Length + ofItems.Length;
        if (all is < 1 or > RecommendationValidator.MaxBatch)
        {
            string both = ofItems.Length == 0 ? "requests has" : "requests and similar together have";
            errors.Add("requests", $"{both} {all} entries; it must be 1 to {RecommendationValidator.MaxBatch}.");
            metrics.RecordRejected();
            return TypedResults.ValidationProblem(errors.ByField);
        }

        if (!active.TryGet(out _))
            return Unavailable(active.NotReadyReason!);
        var responses = new RecommendationBatchResult[requests.Length];

        // Each request's deadline starts with its turn; if all started at once, they would only wait for each other.
        await Parallel.ForAsync(0, requests.Length, async (i, _) => responses[i] = await AnswerMemberAsync(requests[i]));
        return TypedResults.Ok(
            new RecommendationBatchResponse(responses, ofItems.Length == 0 ? null : Array.ConvertAll(ofItems, AnswerMember))
        );
    }

    private SimilarBatchResult AnswerMember(SimilarItemsRequest? request)
    {
        var errors = new FieldErrors();
        if (request is null)
            errors.Add("request", "The request is null.");
        else
            validator.Validate(request, ref errors);
        if (errors.Any)
            return new SimilarBatchResult(StatusCodes.Status400BadRequest, null, errors.ByField, "See errors.");
        if (!active.TryGet(out ServingModel? model))
            return new SimilarBatchResult(StatusCodes.Status503ServiceUnavailable, null, null, active.NotReadyReason);
        return similar.TryFind(model, request!) is { } list
            ? new SimilarBatchResult(StatusCodes.Status200OK, list, null, null)
            : new SimilarBatchResult(StatusCodes.Status404NotFound, null, null, SimilarItems.Missing(request!.ItemId!));
    }

    private async ValueTask<RecommendationBatchResult> AnswerMemberAsync(RecommendationRequest? request)
    {
        var errors = new FieldErrors();
        if (request is null)
            errors.Add("request", "The request is null.");
        else
            validator.Validate(request, ref errors);
        if (errors.Any)
        {
            metrics.RecordRejected();
            return new RecommendationBatchResult(StatusCodes.Status400BadRequest, null, errors.ByField, "See errors.");
        }

        RecommendationResponse? response = await MakeAsync(request!);
        if (response is not null)
            return new RecommendationBatchResult(StatusCodes.Status200OK, response, null, null);
        metrics.RecordFailure();
        return new RecommendationBatchResult(StatusCodes.Status503ServiceUnavailable, null, null, TooBusy);
    }

    /// <returns>Null when overloaded.</returns>
    private async ValueTask<RecommendationResponse?> MakeAsync(RecommendationRequest request)
    {
        if (!active.TryHold(request.UserId!, out ServingModel? model))
            return null;
        RecommendationResult answer = answers.Rent();
        try
        {
            if (!await pipeline.RecommendAsync(model, request, answer))
                return null;
            shadow.Offer(request);
            return answer.ToResponse();
        }
        finally
        {
            answer.Return();
            model.Uses.End();
        }
    }

    private ServiceUnavailable Unavailable(string detail)
    {
        metrics.RecordFailure();
        return new ServiceUnavailable(detail);
    }
}
