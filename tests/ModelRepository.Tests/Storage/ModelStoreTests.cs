using Lineup.ModelRepository.Storage;

namespace Lineup.ModelRepository.Tests.Storage;

public sealed class ModelStoreTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly ModelStore _store;

    public ModelStoreTests() => _store = new ModelStore(_root.Path);

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Scan_RepositoryThatDoesNotExist_IsEmpty()
    {
        var snapshot = new ModelStore(_root["nowhere"]).Scan();

        Assert.Empty(snapshot.Models);
        Assert.Empty(snapshot.Problems);
    }

    [Fact]
    public void Scan_SeveralModels_SortsThemWithTheOriginalFirst()
    {
        AddModel("zebra", "original");
        AddModel("ant", "fp16", "original", "int8");

        var snapshot = _store.Scan();

        Assert.Empty(snapshot.Problems);
        Assert.Equal(["ant", "zebra"], snapshot.Models.Select(model => model.Manifest.Name));
        Assert.Equal(["original", "fp16", "int8"], snapshot.Models[0].Variants.Select(variant => variant.Manifest.Name));
    }

    [Theory]
    [InlineData("{", "line 1")]
    [InlineData("null", "null")]
    [InlineData("""{ "name": "broken" }""", "input")]
    [InlineData("""{ "name": "other", "input": { "width": 224, "height": 224 } }""", "folder is 'broken'")]
    [InlineData("""{ "name": "broken", "input": null }""", "input is missing")]
    [InlineData("""{ "name": "broken", "schema": 2, "input": { "width": 224, "height": 224 } }""", "schema")]
    [InlineData("""{ "name": "broken", "input": { "width": 0, "height": 224 } }""", "input.width")]
    [InlineData("""{ "name": "broken", "input": { "width": 224, "height": 224, "layout": "XYZ" } }""", "NCHW")]
    [InlineData("""{ "name": "broken", "labels": "../../etc/passwd", "input": { "width": 224, "height": 224 } }""", "plain name")]
    [InlineData("""{ "name": "broken", "labels": "/etc/passwd", "input": { "width": 224, "height": 224 } }""", "plain name")]
    [InlineData("""{ "name": "broken", "labels": "absent.txt", "input": { "width": 224, "height": 224 } }""", "absent.txt")]
    public void Scan_MalformedModel_IsAProblemAndLeavesTheOthers(string json, string reason)
    {
        AddModel("sound", "original");
        AddModel("broken", "original");
        _root.Write("broken/model.json", json);

        var snapshot = _store.Scan();

        Assert.Equal("sound", Assert.Single(snapshot.Models).Manifest.Name);
        var problem = Assert.Single(snapshot.Problems);
        Assert.Equal("broken", problem.Folder);
        Assert.Contains(reason, problem.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Reason);
    }

    [Theory]
    [InlineData("not json", "cannot be read")]
    [InlineData("""{ "name": "other" }""", "variant is 'int8'")]
    [InlineData("""{ "name": "int8", "sha256": "ABC" }""", "sha256")]
    [InlineData("""{ "name": "int8", "sparsity": 1.5 }""", "sparsity")]
    [InlineData("""{ "name": "int8", "bytes": 99 }""", "3 bytes but bytes says 99")]
    public void Scan_MalformedVariant_TakesDownThatVariantOnly(string json, string reason)
    {
        AddModel("model", "original", "int8");
        _root.Write("model/int8/variant.json", json);

        var snapshot = _store.Scan();

        Assert.Equal("original", Assert.Single(Assert.Single(snapshot.Models).Variants).Manifest.Name);
        var problem = Assert.Single(snapshot.Problems);
        Assert.Equal("model/int8", problem.Folder);
        Assert.Contains(reason, problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Scan_OnnxDirectlyInTheModelFolder_IsTheOriginal()
    {
        _root.Write("dropped/model.json", SampleManifests.Model("dropped"));
        _root.Write("dropped/model.onnx", "abc");

        var variant = Assert.Single(Assert.Single(_store.Scan().Models).Variants);

        Assert.Equal("original", variant.Manifest.Name);
        Assert.Equal(_root["dropped/model.onnx"], variant.FilePath);
        Assert.Equal(3, variant.FileBytes);
    }

    [Fact]
    public void Scan_OnnxDirectlyAndInOriginal_TakesTheFolderAndReportsTheOther()
    {
        AddModel("model", "original");
        _root.Write("model/model.onnx", "other");

        var snapshot = _store.Scan();

        Assert.Equal(_root["model/original/model.onnx"], Assert.Single(Assert.Single(snapshot.Models).Variants).FilePath);
        Assert.Contains("ignored", Assert.Single(snapshot.Problems).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("loose/model.onnx", "model.json is missing")]
    [InlineData("loose/original/model.onnx", "model.json is missing")]
    [InlineData("loose/model.json", "no model.onnx")]
    [InlineData("Loose/model.json", "cannot be a model's")]
    public void Scan_HalfAModel_SaysWhatToAdd(string file, string reason)
    {
        _root.Write(file, SampleManifests.Model("loose"));

        var problem = Assert.Single(_store.Scan().Problems);

        Assert.Contains(reason, problem.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("recipes/int8.json")]
    [InlineData(".pull/model.new/model.json")]
    [InlineData(".pull/model.new/model.onnx")]
    [InlineData("catalog.json")]
    public void Scan_WhatIsNoModel_IsIgnored(string file)
    {
        _root.Write(file, "{}");

        var snapshot = _store.Scan();

        Assert.Empty(snapshot.Models);
        Assert.Empty(snapshot.Problems);
    }

    [Fact]
    public void Scan_VariantUnderATemporaryName_IsIgnored()
    {
        AddModel("model", "original");
        _root.Write("model/.int8.new/model.onnx", "half of i");

        var snapshot = _store.Scan();

        Assert.Single(Assert.Single(snapshot.Models).Variants);
        Assert.Empty(snapshot.Problems);
    }

    [Fact]
    public void Find_VariantWithoutManifest_KnowsItsNameAndLabels()
    {
        _root.Write("model/model.json", SampleManifests.Model("model", "\"labels\": \"names.txt\","));
        _root.Write("model/names.txt", "cat\ndog\n");
        _root.Write("model/fp16/model.onnx", "abc");

        var lookup = _store.Find("model", "fp16");

        Assert.True(lookup.IsFound, lookup.Reason);
        Assert.Equal("fp16", lookup.Variant.Manifest.Name);
        Assert.Null(lookup.Variant.Manifest.Sha256);
        Assert.Equal(_root["model/names.txt"], lookup.Variant.LabelsPath);
    }

    [Theory]
    [InlineData("model", "int4", "original, int8")]
    [InlineData("absent", "original", "no model 'absent'")]
    [InlineData("recipes", "original", "no model 'recipes'")]
    public void Find_WhatIsNotThere_SaysSo(string model, string variant, string reason)
    {
        AddModel("model", "original", "int8");
        _root.Write("recipes/int8.json", "{}");

        var lookup = _store.Find(model, variant);

        Assert.Equal(VariantLookupStatus.NotFound, lookup.Status);
        Assert.Contains(reason, lookup.Reason!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..", "original")]
    [InlineData("../outside", "original")]
    [InlineData("inside/../../outside", "original")]
    [InlineData("inside", "../../outside/original")]
    [InlineData("inside", "..")]
    [InlineData("", "original")]
    [InlineData("INSIDE", "original")]
    [InlineData("inside\0", "original")]
    public void Find_NameThatLeadsElsewhere_IsNotFound(string model, string variant)
    {
        using var outer = new TemporaryFolder();
        foreach (var folder in new[] { "outside", "repository/inside" })
        {
            outer.Write($"{folder}/model.json", SampleManifests.Model(Path.GetFileName(folder)));
            outer.Write($"{folder}/original/model.onnx", "abc");
        }

        var lookup = new ModelStore(outer["repository"]).Find(model, variant);

        Assert.Equal(VariantLookupStatus.NotFound, lookup.Status);
    }

    [Theory]
    [InlineData("model/model.json", "model", "int8")]
    [InlineData("model/int8/variant.json", "model", "int8")]
    public void Find_MalformedManifest_IsMalformedWithTheReason(string file, string model, string variant)
    {
        AddModel("model", "original", "int8");
        _root.Write(file, "{ oops");

        var lookup = _store.Find(model, variant);

        Assert.Equal(VariantLookupStatus.Malformed, lookup.Status);
        Assert.Contains(Path.GetFileName(file), lookup.Reason!, StringComparison.Ordinal);
    }

    private void AddModel(string name, params string[] variants)
    {
        _root.Write($"{name}/model.json", SampleManifests.Model(name));
        foreach (var variant in variants)
        {
            _root.Write($"{name}/{variant}/model.onnx", "abc");
            _root.Write($"{name}/{variant}/variant.json", SampleManifests.Variant(variant));
        }
    }
}
