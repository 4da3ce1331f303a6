using Lineup.GrainInterfaces.Catalog;
using Lineup.Grains.Tests.Hosting;
using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;

namespace Lineup.Grains.Tests.Catalog;

[Collection(ClusterFixture.Name)]
public sealed class CatalogTests(ClusterFixture fixture)
{
    private ICatalogGrain Catalog => fixture.Cluster.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);

    [Fact]
    public async Task ListModels_ModelWithVariants_TellsWhatTheirManifestsSay()
    {
        var model = fixture.AddModel();
        fixture.Repository.AddVariant(model, "int8", new TinyModel(), new VariantManifest { Name = "int8", Precision = "int8", CompressedBytes = 77 });

        var listing = await Catalog.ListModels();

        var known = Assert.Single(listing.Models, candidate => candidate.Name == model);
        Assert.Equal(($"Tiny {model}", "Apache-2.0", 32, 32), (known.Title, known.License, known.Width, known.Height));
        Assert.Equal([$"{model}/original", $"{model}/int8"], known.Variants.Select(variant => variant.Id.ToString()));
        var int8 = known.Variants[1];
        Assert.Equal(("int8", 77L), (int8.Precision, int8.CompressedBytes));
        Assert.Equal(new FileInfo(fixture.Repository.ModelPath(model, "int8")).Length, int8.FileBytes);
    }

    [Fact]
    public async Task ListModels_MalformedModel_IsAProblemAndNoModel()
    {
        var name = $"malformed-{Guid.NewGuid():n}";
        fixture.Repository.AddMalformedModel(name);
        var sound = fixture.AddModel();

        var listing = await Catalog.ListModels();

        var problem = Assert.Single(listing.Problems, candidate => candidate.Folder == name);
        Assert.Contains("model.json cannot be read", problem.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(listing.Models, candidate => candidate.Name == name);
        Assert.Contains(listing.Models, candidate => candidate.Name == sound);
    }

    [Fact]
    public async Task ListModels_VariantAddedLater_IsThereAtOnce()
    {
        var model = fixture.AddModel();
        await Catalog.ListModels();
        fixture.Repository.AddVariant(model, "pruned", new TinyModel());

        var listing = await Catalog.ListModels();

        Assert.Equal(2, listing.Models.Single(candidate => candidate.Name == model).Variants.Count);
    }
}
