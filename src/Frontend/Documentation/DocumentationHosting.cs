using System.Text.Json;
using System.Text.Json.Serialization;
using Lineup.Frontend.Classification;
using Lineup.Frontend.Jobs;
using Lineup.Frontend.Security;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Lineup.Frontend.Documentation;

/// <summary>The API's OpenAPI document on /openapi/v1.json and a page over it on /docs, both made from the code.</summary>
internal static class DocumentationHosting
{
    public static void AddApiDocumentation(this WebApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        builder.Services.AddOpenApi(options =>
        {
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info.Title = "Lineup";
                document.Info.Description = "Image classifiers and their variants, side by side.";
                return Task.CompletedTask;
            });
            options.AddOperationTransformer((operation, context, _) =>
            {
                if (context.Description.ActionDescriptor.EndpointMetadata.OfType<TakesPicture>().Any())
                    operation.RequestBody = Body("image", "image/*", "The picture.", isRequired: true);
                if (context.Description.ActionDescriptor.EndpointMetadata.OfType<TakesArchive>().Any())
                    operation.RequestBody = Body(ArchiveReader.Field, "application/zip", "The pictures, unless dataSet names them.", isRequired: false);
                return Task.CompletedTask;
            });
        });
    }

    public static void MapApiDocumentation(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi();

        // Nothing that calls the vendor or any other host: fonts, telemetry, its agent and its services.
        endpoints.MapScalarApiReference("/docs", options => options
            .WithTitle("Lineup API").DisableTelemetry().DisableDefaultFonts().DisableAgent().DisableMcp().HideDeveloperTools().HideClientButton().HideModels()).WithMetadata(ContentPolicy.Documentation);
    }

    /// <summary>A file, in a multipart field or as the raw body.</summary>
    private static OpenApiRequestBody Body(string field, string type, string description, bool isRequired)
    {
        var file = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        var form = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { field },
            Properties = new Dictionary<string, IOpenApiSchema> { [field] = file },
        };
        return new()
        {
            Required = isRequired,
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["multipart/form-data"] = new OpenApiMediaType { Schema = form },
                [type] = new OpenApiMediaType { Schema = file },
            },
        };
    }
}
