using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Lineup.ModelRepository.Tests.Storage;

public sealed class LeftoversTests : IDisposable
{
    private const string Id = "0123456789abcdef0123456789abcdef";

    private readonly TemporaryFolder _root = new();
    private readonly ModelStore _store;
    private readonly string _model;

    public LeftoversTests()
    {
        _store = new(_root.Path);
        _model = Directory.CreateDirectory(Path.Combine(_root.Path, "tiny")).FullName;
    }

    [Fact]
    public void Clear_HalfMadeVariantOfADeadProcess_GoesWithItsLock()
    {
        Make($".int8.{Id}");
        File.WriteAllText(Path.Combine(_model, $".int8.{Id}.lock"), "");

        Assert.Empty(Leftovers.Clear(_store));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_model));
    }

    [Fact]
    public void Clear_LockAndHalfWrittenFileOfADeadProcess_Go()
    {
        File.WriteAllText(Path.Combine(_model, $".int8.{Id}.lock"), "");
        File.WriteAllText(Path.Combine(_model, $".model.json.{Id}.tmp"), "");
        Directory.CreateDirectory(Path.Combine(_model, "int8"));
        File.WriteAllText(Path.Combine(_model, "int8", $".variant.json.{Id}.tmp"), "");
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());

        Leftovers.Clear(_store, clock);
        var young = Directory.EnumerateFiles(_model, "*", SearchOption.AllDirectories).Count();
        clock.Advance(TimeSpan.FromDays(1.1));
        Leftovers.Clear(_store, clock);

        Assert.Equal(2, young);
        Assert.Equal(["int8"], Directory.EnumerateFileSystemEntries(_model, "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void Clear_VariantThatIsBeingMade_Stays()
    {
        using var installer = new VariantInstaller(_store, "tiny", "int8");
        File.WriteAllText(installer.ModelPath, "half");

        Assert.Empty(Leftovers.Clear(_store));

        Assert.True(File.Exists(installer.ModelPath));
    }

    [Fact]
    public void Clear_ReplacementNeverGotItsName_GivesTheOldOneItsNameBack()
    {
        Make($".int8.{Id}");
        Make($".int8.{Id}.old");

        Leftovers.Clear(_store);

        Assert.Equal($".int8.{Id}.old", File.ReadAllText(Path.Combine(_model, "int8", "model.onnx")));
        Assert.Equal(["int8"], Directory.EnumerateFileSystemEntries(_model).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void Clear_ReplacementGotItsName_DeletesTheOldOne()
    {
        Make("int8");
        Make($".int8.{Id}.old");

        Leftovers.Clear(_store);

        Assert.Equal("int8", File.ReadAllText(Path.Combine(_model, "int8", "model.onnx")));
        Assert.Equal(["int8"], Directory.EnumerateFileSystemEntries(_model).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void Clear_DeletedModelAndVariant_Go()
    {
        Make($".int8.{Id}.deleted");
        Directory.CreateDirectory(Path.Combine(_root.Path, $".other.{Id}.deleted", "original"));

        Leftovers.Clear(_store);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_model));
        Assert.Equal(["tiny"], Directory.EnumerateFileSystemEntries(_root.Path).Select(path => Path.GetFileName(path)));
    }

    [Theory]
    [InlineData(".pull")]
    [InlineData(".int8")]
    [InlineData(".int8.deleted")]
    [InlineData(".git.0123")]
    public void Clear_OtherHiddenFolders_Stay(string name)
    {
        Make(name);

        Leftovers.Clear(_store);

        Assert.True(Directory.Exists(Path.Combine(_model, name)));
    }

    [Fact]
    public void Clear_NoRepositoryYet_DoesNothing() => Assert.Empty(Leftovers.Clear(new(Path.Combine(_root.Path, "none"))));

    [Fact]
    public async Task Install_OverAnOlderOne_LeavesNothingHidden()
    {
        Make("int8");
        using (var installer = new VariantInstaller(_store, "tiny", "int8"))
        {
            await File.WriteAllTextAsync(installer.ModelPath, "new", TestContext.Current.CancellationToken);
            await installer.InstallAsync(new VariantManifest { Name = "int8" }, TestContext.Current.CancellationToken);
        }

        Assert.Equal(["int8"], Directory.EnumerateFileSystemEntries(_model).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void RemoveVariant_ThenDelete_IsGoneInTwoSteps()
    {
        Make("int8");

        var removed = new ModelRemover(_store).RemoveVariant("tiny", "int8");

        Assert.False(Directory.Exists(Path.Combine(_model, "int8")));
        Assert.Single(Directory.EnumerateFileSystemEntries(_model));
        removed.Delete();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_model));
    }

    [Theory]
    [InlineData("original")]
    [InlineData("..")]
    [InlineData("")]
    public void RemoveVariant_NameThatMayNotGo_Throws(string variant) =>
        Assert.Throws<ArgumentException>(() => new ModelRemover(_store).RemoveVariant("tiny", variant));

    public void Dispose() => _root.Dispose();

    private void Make(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_model, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "model.onnx"), name);
    }
}
