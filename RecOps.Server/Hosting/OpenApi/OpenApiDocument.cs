using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using RecOps.Shared.Catalog;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using Scalar.AspNetCore;

namespace RecOps.Server.Hosting.OpenApi;

/// <summary>The storefront's contract: /v1 and health. The console's own calls change with the console and are left out.</summary>
internal static class OpenApiDocument
{
    public const string Name = "v1";
    private const string Problem = "application/problem+json";

    private static readonly (string Status, string Meaning)[] BodyRefusals =
    [
        ("413", "The body is too large."),
        ("415", "The body was not sent as application/json."),
    ];

    /// <summary>Required request fields. They are optional in the code, so that each missing one can be named.</summary>
    private static readonly Dictionary<Type, string[]> Needed = new()
    {
        [typeof(RecommendationRequest)] = ["userId"],
        [typeof(EventsRequest)] = ["events"],
        [typeof(ShopEvent)] = ["userId", "itemId", "type"],
        [typeof(CatalogUpdateRequest)] = ["items"],
        [typeof(CatalogItemUpdate)] = ["itemId"],
    };

    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services) =>
        services.AddOpenApi(
            Name,
            options =>
            {
                options.ShouldInclude = description =>
                    description.RelativePath is { } path
                    && (path.StartsWith("v1/", StringComparison.Ordinal) || path.StartsWith("health/", StringComparison.Ordinal));
                options.AddDocumentTransformer(
                    (document, _, _) =>
                    {
                        document.Info = new OpenApiInfo
                        {
                            Title = "RecOps storefront API",
                            Version = Name,
                            Description = "Recommendations, events and catalogue changes. Errors are problem details (RFC 9457).",
                        };

                        // Independent of the caller: only the base path through which they reach the server may differ.
                        document.Servers =
                        [
                            .. (document.Servers ?? [])
                                .Select(PathOf)
                                .Where(path => path.Length > 0)
                                .Select(path => new OpenApiServer { Url = path }),
                        ];
                        return Task.CompletedTask;
                    }
                );
                options.AddOperationTransformer(
                    (operation, context, _) =>
                    {
                        operation.Responses ??= [];
                        foreach ((string status, string meaning) in operation.RequestBody is null ? [] : BodyRefusals)
                        {
                            operation.Responses[status] = new OpenApiResponse
                            {
                                Description = meaning,
                                Content = new Dictionary<string, OpenApiMediaType>
                                {
                                    [Problem] = new() { Schema = new OpenApiSchemaReference("ProblemDetails", context.Document) },
                                },
                            };
                        }

                        if (
                            operation.Responses.TryGetValue("503", out IOpenApiResponse? unavailable)
                            && unavailable is OpenApiResponse { Content: { } content } answer
                            && content.ContainsKey(Problem)
                        )
                            SayRetryAfter(answer);
                        return Task.CompletedTask;
                    }
                );
                options.AddSchemaTransformer(
                    (schema, context, _) =>
                    {
                        // Numbers are accepted as text too, but never written as text.
                        if (
                            schema.Type is { } type
                            && type.HasFlag(JsonSchemaType.String)
                            && (type.HasFlag(JsonSchemaType.Integer) || type.HasFlag(JsonSchemaType.Number))
                        )
                            (schema.Type, schema.Pattern) = (type & ~JsonSchemaType.String, null);
                        if (context.JsonPropertyInfo is { } field)
                            DescribeField(schema, field);

                        // Null values are left out of answers.
                        foreach (
                            JsonPropertyInfo property in context.JsonTypeInfo.Properties.Where(property =>
                                property.IsGetNullable || Nullable.GetUnderlyingType(property.PropertyType) is not null
                            )
                        )
                            schema.Required?.Remove(property.Name);
                        if (typeof(ProblemDetails).IsAssignableFrom(context.JsonTypeInfo.Type) && schema.Properties is { } said)
                            said["traceId"] = new OpenApiSchema
                            {
                                Type = JsonSchemaType.String,
                                Description = "Identifies the call in the server's log and traces.",
                            };
                        if (Needed.TryGetValue(context.JsonTypeInfo.Type, out string[]? needed))
                            schema.Required = new HashSet<string>(needed, StringComparer.Ordinal);
                        return Task.CompletedTask;
                    }
                );
            }
        );

    public static void SayRetryAfter(OpenApiResponse answer) =>
        answer.Headers = new Dictionary<string, IOpenApiHeader>
        {
            ["Retry-After"] = new OpenApiHeader
            {
                Description = "Seconds to wait.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.Integer },
            },
        };

    private static void DescribeField(OpenApiSchema schema, JsonPropertyInfo field)
    {
        // These have their own readers, which the generator cannot see.
        if (schema.Type is null && field.PropertyType == typeof(DateTimeOffset?))
            (schema.Type, schema.Format) = (JsonSchemaType.String | JsonSchemaType.Number | JsonSchemaType.Null, "date-time");
        if (schema.Type is null && field.PropertyType == typeof(string))
            schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
        if (field.PropertyType == typeof(Dictionary<string, string?>) && field.DeclaringType == typeof(CatalogItemUpdate))
            schema.AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null };
        if (Needed.TryGetValue(field.DeclaringType, out string[]? needed) && needed.Contains(field.Name))
            schema.Type &= ~JsonSchemaType.Null;
        OpenApiLimits.Describe(schema, field);
    }

    public static WebApplication MapOpenApiDocument(this WebApplication app)
    {
        app.MapOpenApi().AllowAnonymous();
        if (app.Environment.IsDevelopment())
            app.MapScalarApiReference().AllowAnonymous();
        return app;
    }

    private static string PathOf(OpenApiServer server) =>
        Uri.TryCreate(server.Url, UriKind.Absolute, out Uri? address) ? address.AbsolutePath.TrimEnd('/') : "";

    /// <summary>Query values are read as text so that every mistake can be named; the document gives their intended types.</summary>
    public static TBuilder DescribeQuery<TBuilder>(this TBuilder endpoint, params (string Name, string Type)[] values)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.AddOpenApiOperationTransformer(
            (operation, _, _) =>
            {
                foreach (IOpenApiParameter parameter in operation.Parameters ?? [])
                {
                    foreach ((string name, string type) in values)
                    {
                        if (
                            string.Equals(parameter.Name, name, StringComparison.OrdinalIgnoreCase)
                            && parameter is OpenApiParameter concrete
                        )
                        {
                            concrete.Schema = new OpenApiSchema
                            {
                                Type = type == "integer" ? JsonSchemaType.Integer : JsonSchemaType.Boolean,
                            };
                        }
                    }
                }

                return Task.CompletedTask;
            }
        );
}
