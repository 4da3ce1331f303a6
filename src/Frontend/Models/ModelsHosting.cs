namespace Lineup.Frontend.Models;

/// <summary>Registers what knows the cluster's models.</summary>
internal static class ModelsHosting
{
    public static void AddModels(this WebApplicationBuilder builder) => builder.Services.AddSingleton<ModelDirectory>();
}
