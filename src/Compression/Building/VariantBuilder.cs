using System.Reflection;
using Lineup.Compression.Answers;
using Lineup.Compression.Calibration;
using Lineup.Compression.Hardware;
using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;
using Lineup.Compression.Pictures;
using Lineup.Inference.Imaging;
using Lineup.Inference.Sessions;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Packing;
using Lineup.ModelRepository.Pulling;
using Lineup.ModelRepository.Storage;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.Compression.Building;

/// <summary>
/// Makes variants of a model in the repository: original -> canonical graph -> recipe -> verification -> its name. A variant that does not
/// load, gives numbers that are not finite, or disagrees with its parent on held-out pictures does not get its name.
/// </summary>
public sealed class VariantBuilder(ModelStore store, TimeProvider clock)
{
    /// <summary>Pictures kept apart for verification: enough to tell sound from broken, few enough to leave calibration its own.</summary>
    private const int HeldOut = 20;

    /// <summary>Of few pictures, this part is kept apart.</summary>
    private const int SmallestPart = 3;

    /// <summary>Makes the variants in the order in which they were asked for.</summary>
    /// <exception cref="BuildException">The model, the pictures or a variant will not do; variants before it are installed.</exception>
    /// <exception cref="OperationCanceledException">Nothing half-written is left.</exception>
    public async Task<IReadOnlyList<BuiltVariant>> BuildAsync(
        BuildRequest request, IProgress<BuildProgress>? progress, CancellationToken cancellationToken)
    {
        var (recipes, parent) = Check(request);
        foreach (var recipe in recipes)
            CheckMayReplace(request, recipe.Name);

        progress?.Report(new(recipes[0].Name, "preparing", 0, 1));
        var (calibration, heldOut) = LoadPictures(request, cancellationToken);
        var original = ReadCanonical(parent);
        var hash = await FileMeasures.Sha256Async(parent.FilePath, _ => { }, cancellationToken);
        if (heldOut is null && recipes.FirstOrDefault(recipe => recipe.NeedsPictures) is { } needy && !request.Force)
        {
            throw new BuildException(
                $"{needy.Name} needs at least {SmallestPart} readable pictures, one of them to be verified on: add pictures, or use force (--force) to keep it unverified")
            { IsRefusal = true };
        }

        var answers = heldOut is null
            ? null
            : await StartAsync(
                () => Explain($"a variant of {parent.Model.Name}", () => new ReferenceAnswers(original, heldOut, request.Model.Manifest.Output, cancellationToken)), cancellationToken);

        var built = new List<BuiltVariant>();
        var pruner = new SharedPruner();
        foreach (var recipe in recipes)
        {
            var context = new RecipeContext(
                request, original, calibration, pruner, (stage, done, total) => progress?.Report(new(recipe.Name, stage, done, total)), cancellationToken);
            built.Add(await BuildAsync(recipe, context, hash, answers, heldOut?.Count, cancellationToken));
        }

        return built;
    }

    /// <summary>What is to be made of what.</summary>
    /// <exception cref="BuildException">It cannot be made.</exception>
    internal static (IReadOnlyList<Recipe> Recipes, VariantEntry Parent) Check(BuildRequest request)
    {
        var recipes = request.Variants.Distinct().Select(VariantRecipes.Find)
            .Select(recipe => recipe with { Name = VariantRecipes.NameOf(recipe, request.Pruning) })
            .ToList();
        if (recipes.Count == 0)
            throw new BuildException($"no variant is asked for: choose from {string.Join(", ", VariantRecipes.Names)}");
        var parent = request.Model.Variants.FirstOrDefault(variant => variant.Manifest.Name == ModelStore.OriginalName)
            ?? throw new BuildException($"model '{request.Model.Manifest.Name}' has no variant '{ModelStore.OriginalName}' to make others from");
        if (recipes.Find(recipe => recipe.NeedsPictures) is { } needy && request.Calibration is null)
            throw new BuildException($"{needy.Name} needs pictures to calibrate on: name a folder or zip with --calibration");
        if (request.CalibrationLimit is < 1)
            throw new BuildException($"a calibration needs at least one picture, not {request.CalibrationLimit}");
        if (recipes.Any(recipe => recipe.NeedsPictures) && request.Pruning.Problems().ToList() is { Count: > 0 } problems)
            throw new BuildException(string.Join("; ", problems));
        return (recipes, parent);
    }

    private async Task<BuiltVariant> BuildAsync(
        Recipe recipe, RecipeContext context, string parentHash, ReferenceAnswers? answers, int? heldOutCount, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var request = context.Request;
        var draft = await StartAsync(() => Explain(recipe.Name, () => recipe.Make(context)), cancellationToken);

        context.Report("verifying", 0, 1);
        using var installer = new VariantInstaller(store, request.Model.Manifest.Name, recipe.Name);
        OnnxWriter.Write(draft.Model, installer.ModelPath);
        var divergence = answers is null ? null : (Divergence?)await StartAsync(
            () => Explain(recipe.Name, () => answers.Compare(draft.Model, GraphOptimizationLevel.ORT_ENABLE_ALL, cancellationToken)), cancellationToken);
        var complaint = Verify(request.Floor ?? recipe.Floor, recipe.Name, request.Model, installer.ModelPath, divergence)
            ?? (answers is null ? await StartAsync(() => Explain(recipe.Name, () => NoiseComplaint(draft.Model)), cancellationToken) : null);
        if (complaint is not null && !request.Force)
            throw new BuildException($"{recipe.Name} was not kept: {complaint}; use more or better calibration pictures, or force (--force) to keep it") { IsRefusal = true };

        var manifest = new VariantManifest
        {
            Name = recipe.Name,
            Precision = draft.Precision,
            Sparsity = draft.Sparsity,
            Sha256 = await FileMeasures.Sha256Async(installer.ModelPath, _ => { }, cancellationToken),
            Bytes = new FileInfo(installer.ModelPath).Length,
            CompressedBytes = await FileMeasures.DeflatedBytesAsync(installer.ModelPath, Reader("compressing, to see how small it gets"), cancellationToken),
            PackedBytes = await ModelPacker.MeasureAsync(installer.ModelPath, Reader("packing, to see how small it gets"), cancellationToken),
            Recipe = new()
            {
                Kind = VariantRecipe.Compress,
                ToolVersion = ToolVersion,
                Parent = ModelStore.OriginalName,
                ParentSha256 = parentHash,
                Steps = complaint is null ? draft.Steps : [.. draft.Steps, $"kept by force although {complaint}"],
                Calibration = recipe.NeedsPictures ? request.Calibration?.Name : null,
                CalibrationPictures = recipe.NeedsPictures ? context.Pictures?.Count : null,
                HeldOutPictures = heldOutCount,
                Agreement = divergence is { } measured ? Math.Round(measured.Agreement, 4) : null,
                Kl = divergence is { } known && double.IsFinite(known.Kl) ? Math.Round(known.Kl, 6) : null,
                Cpu = Cpu.Current,
            },
        };
        await installer.InstallAsync(manifest, cancellationToken);
        context.Report(BuildProgress.DoneStage, 1, 1);
        return new()
        {
            Name = recipe.Name,
            Steps = draft.Steps,
            Plan = draft.Plan,
            Bytes = manifest.Bytes!.Value,
            CompressedBytes = manifest.CompressedBytes!.Value,
            PackedBytes = manifest.PackedBytes!.Value,
            HeldOut = divergence,
            Complaint = complaint,
            Unreadable = context.Pictures?.Unreadable ?? [],
            Elapsed = clock.GetElapsedTime(started),
        };

        Action<long> Reader(string stage)
        {
            var length = new FileInfo(installer.ModelPath).Length;
            return done => context.Report(stage, (int)(100 * done / Math.Max(length, 1)), 100);
        }
    }

    /// <summary>On the caller's scheduler, where that is not the pool's.</summary>
    internal static Task<T> StartAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.DenyChildAttach, TaskScheduler.Current);

    /// <summary>Does a recipe's work, and says of what goes wrong in it that it cannot be made.</summary>
    internal static T Explain<T>(string name, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is UnsupportedModelException or InvalidModelException or ArgumentException)
        {
            throw new BuildException($"{name} cannot be made: {error.Message}", error);
        }
    }

    /// <summary>What speaks against the file, or null. It is loaded the way it will be served.</summary>
    private static string? Verify(double floor, string name, StoredModel model, string path, Divergence? divergence)
    {
        try
        {
            ModelSession.Load(path, model.Manifest).Dispose();
        }
        catch (ModelLoadException error)
        {
            // Not even by force: it could not be served.
            throw new BuildException($"{name} was not kept: {error.Message}", error);
        }

        if (divergence is not { } measured)
            return null;
        if (!measured.IsFinite)
            return "it gives scores that are not finite for some held-out pictures";
        return measured.Agreement < floor
            ? $"it agrees with the original on {measured.Agreement:P0} of the held-out pictures only, where {floor:P0} is the least"
            : null;
    }

    /// <summary>
    /// Where there are no pictures to hold it against: what speaks against its answers to made-up numbers. They tell whether it runs and stays
    /// finite, not whether it is right.
    /// </summary>
    private static string? NoiseComplaint(OnnxModel model)
    {
        using var session = GraphSession.Load(model, new(Optimize: true));
        return Array.TrueForAll(session.Run(SampleInputs.Create(model)), output => output.ElementType != ElementType.Float || Scores.AreFinite(output.AsSpan<float>()))
            ? null
            : "it gives scores that are not finite";
    }

    private static void CheckMayReplace(BuildRequest request, string name)
    {
        var existing = request.Model.Variants.FirstOrDefault(variant => variant.Manifest.Name == name);
        if (existing is not null && existing.Manifest.Recipe?.Kind != VariantRecipe.Compress && !request.Force)
        {
            throw new BuildException(
                $"{request.Model.Manifest.Name}/{name} is there already and was not made by Lineup: move it away, or use force (--force) to replace it")
            { IsRefusal = true };
        }
    }

    internal static (CalibrationPictures? Calibration, CalibrationPictures? HeldOut) LoadPictures(BuildRequest request, CancellationToken cancellationToken)
    {
        if (request.Calibration is null)
            return (null, null);
        try
        {
            var all = CalibrationPictures.Load(request.Calibration, new InputPlan(request.Model.Manifest.Input), request.CalibrationLimit, cancellationToken, request.CalibrationBytes);
            var apart = Math.Min(HeldOut, all.Count / SmallestPart);
            return apart > 0 ? all.Split(apart) : (all, null);
        }
        catch (PictureSetException error)
        {
            throw new BuildException(error.Message, error);
        }
    }

    internal static OnnxModel ReadCanonical(VariantEntry parent)
    {
        try
        {
            var model = OnnxReader.Read(parent.FilePath);
            PassPipeline.Canonical().Run(model);
            return model;
        }
        catch (Exception error) when (error is UnsupportedModelException or InvalidModelException)
        {
            throw new BuildException($"{parent.Model.Name}/{parent.Manifest.Name} cannot be compressed: {error.Message}", error);
        }
    }

    private static string? ToolVersion => typeof(VariantBuilder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
}
