using System.CommandLine;
using Lineup.Compression.Onnx;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;
using Lineup.ReferenceNets;

var net = new Argument<string>("net") { Description = "Which classifier to make." };
net.AcceptOnlyFromAmong([.. ReferenceNet.All.Select(one => one.Name)]);
var repository = new Option<DirectoryInfo>("--repository")
{
    Description = "The folder of models that it is put into, as <net>-random.",
    DefaultValueFactory = _ => new("models"),
};
var seed = new Option<int>("--seed") { Description = "Of the random weights: the same seed gives the same file.", DefaultValueFactory = _ => 1 };

var command = new RootCommand(
    "Makes classifiers of the true topology with random weights, for what does not depend on training: structure, numeric equivalence, "
    + "size and speed of their variants. Nothing can be said of their accuracy.")
{
    net, repository, seed,
};
command.SetAction(async (arguments, cancellationToken) =>
{
    var chosen = ReferenceNet.All.Single(one => one.Name == arguments.GetValue(net));
    var name = $"{chosen.Name}-random";
    var folder = arguments.GetValue(repository)!.CreateSubdirectory(name);
    var model = chosen.Build(arguments.GetValue(seed), 1000, 1, chosen.Side);
    OnnxWriter.Write(model, Path.Combine(folder.FullName, "model.onnx"));
    var manifest = new ModelManifest
    {
        Name = name,
        Title = $"{chosen.Title}, random weights",
        Architecture = chosen.Title,
        Source = $"made by Lineup with seed {arguments.GetValue(seed)}: an untrained net",
        Input = new()
        {
            Width = chosen.Side,
            Height = chosen.Side,
            ResizeShorterSide = chosen.Side * 8 / 7,
            CenterCrop = chosen.Side,
            Mean = [0.5, 0.5, 0.5],
            Std = [0.5, 0.5, 0.5],
        },
    };
    await AtomicFile.WriteJsonAsync(Path.Combine(folder.FullName, ModelManifest.FileName), manifest, cancellationToken);
    Console.WriteLine($"{folder.FullName}: {model.Graph.Nodes.Count} nodes, {model.Graph.Initializers.Sum(value => (long)value.Data!.ElementCount)} numbers");
});
return await command.Parse(args).InvokeAsync();
