using Lineup.Compression.Onnx;
using Lineup.Compression.Onnx.Passes;

namespace Lineup.Compression.Tests.Onnx.Passes;

public sealed class SmallPassTests
{
    [Fact]
    public void RemoveIdentity_IdentityAndDropoutInInference_AreGone()
    {
        var model = Nets.Of(4, (graph, x) =>
        {
            var ratio = graph.AddInitializer("ratio", TensorData.Scalar(0.5f));
            var training = graph.AddInitializer("training", TensorData.Scalar(false));
            var relu = graph.Add("Relu", graph.Add("Identity", x).Output).Output;
            return graph.Add("Identity", graph.Add("Dropout", relu, ratio, training).Output).Output;
        });

        var after = Unchanged(model, new RemoveIdentity());

        Assert.Equal(["Relu"], after.Graph.Nodes.Select(node => node.OpType));
        Assert.Empty(after.Graph.Initializers);
        Assert.Equal("y", after.Graph.Nodes[0].Output.Name);
    }

    [Fact]
    public void RemoveIdentity_FromInputToOutput_StaysAndSaysWhy()
    {
        var model = Nets.Of(4, (graph, x) => graph.Add("Identity", x).Output);

        var result = new RemoveIdentity().Run(model);

        Assert.False(result.Changed);
        Assert.Contains("cannot take that name", Assert.Single(result.LeftAlone));
    }

    [Fact]
    public void RemoveIdentity_DropoutInTraining_Stays()
    {
        var model = Nets.Of(4, (graph, x) =>
        {
            var training = graph.AddInitializer("training", TensorData.Scalar(true));
            return graph.Add("Relu", graph.Add("Dropout", x, null, training).Output).Output;
        });

        var result = new RemoveIdentity().Run(model);

        Assert.Contains("training mode", Assert.Single(result.LeftAlone));
    }

    [Fact]
    public void FoldConstants_ChainOfConstants_BecomesOneInitializer()
    {
        var model = Nets.Of(4, (graph, x) =>
        {
            var constant = graph.Add("Constant");
            constant.Attributes.Set("value", TensorData.Create([1f, 2f, 3f, 4f], 4));
            var column = graph.AddInitializer("column", TensorData.Create([1L, 4, 1, 1], 4));
            var bias = graph.Add("Reshape", graph.Add("Exp", graph.Add("Neg", constant.Output).Output).Output, column).Output;
            return graph.Add("Add", x, bias).Output;
        });

        var after = Unchanged(model, new FoldConstants());

        Assert.Equal(["Add"], after.Graph.Nodes.Select(node => node.OpType));
        var bias = Assert.Single(after.Graph.Initializers);
        Assert.Equal([1, 4, 1, 1], bias.Data!.Dims.ToArray());
        Assert.Equal(MathF.Exp(-2), bias.Data.AsSpan<float>()[1], 1e-6f);
    }

    [Fact]
    public void FoldConstants_NodeWithTwoWantedOutputs_FoldsBoth()
    {
        var model = Nets.Of(4, (graph, x) =>
        {
            var whole = graph.AddInitializer("whole", Tensors.Normal(1, 2, 4, 1, 1));
            var split = graph.Append(new Node("Split", [whole], [new("a"), new("b")], "split"));
            return graph.Add("Add", graph.Add("Mul", x, split.Outputs[0]).Output, split.Outputs[1]).Output;
        });

        var after = Unchanged(model, new FoldConstants());

        Assert.Equal(["Mul", "Add"], after.Graph.Nodes.Select(node => node.OpType));
        Assert.Equal(["a", "b"], after.Graph.Initializers.Select(value => value.Name));
    }

    [Fact]
    public void FoldConstants_CompactWeights_StayCompact()
    {
        var model = Nets.Of(4, (graph, x) =>
        {
            var half = graph.AddInitializer("half", TensorData.Create(new Half[16], 4, 4, 1, 1));
            var cast = graph.Add("Cast", half);
            cast.Attributes.Set("to", (long)ElementType.Float);
            var quantized = graph.AddInitializer("int8", TensorData.Create(new sbyte[16], 4, 4, 1, 1));
            var dequantize = graph.Add("DequantizeLinear", quantized, graph.AddInitializer("scale", TensorData.Scalar(0.1f)));
            return graph.Add("Conv", graph.Add("Conv", x, cast.Output).Output, dequantize.Output).Output;
        });

        var result = new FoldConstants().Run(model);

        Assert.False(result.Changed);
        Assert.Equal(4, model.Graph.Nodes.Count);
    }

    [Fact]
    public void FoldConstants_ResultFarLargerThanItsSource_Stays()
    {
        var model = Nets.Of(4, (graph, x) =>
        {
            var shape = graph.AddInitializer("shape", TensorData.Create([1L, 4, 600, 600], 4));
            return graph.Add("Add", graph.Add("GlobalMaxPool", x).Output, graph.Add("ConstantOfShape", shape).Output).Output;
        });

        var result = new FoldConstants().Run(model);

        Assert.Contains("larger", Assert.Single(result.LeftAlone));
    }

    [Fact]
    public void RemoveInitializerInputs_OldFile_MakesWeightsConstant()
    {
        var model = Nets.Of(4, (graph, x) => graph.Conv(x, 4, 4).Output);
        var weight = model.Graph.Initializers[0];
        model.Graph.AddInput(weight);
        model.IrVersion = 3;
        Assert.Null(weight.Constant);

        Unchanged(model, new RemoveInitializerInputs());

        Assert.NotNull(weight.Constant);
        Assert.Equal(4, model.IrVersion);
        Assert.Single(model.Graph.Inputs);
    }

    [Fact]
    public void RemoveUnused_DeadBranch_IsGone()
    {
        var model = Nets.Of(4, (graph, x) =>
        {
            _ = graph.Add("Relu", graph.Conv(x, 4, 4).Output);
            return graph.Add("Neg", x).Output;
        });

        var after = Unchanged(model, new RemoveUnused());

        Assert.Equal(["Neg"], after.Graph.Nodes.Select(node => node.OpType));
        Assert.Empty(after.Graph.Initializers);
    }

    [Fact]
    public void InferShapes_FreeBatch_IsToldFromFixedSides()
    {
        var model = Nets.Of(4, (graph, x) => graph.Add("Flatten", graph.Conv(x, 4, 8).Output).Output);

        Unchanged(model, new InferShapes());

        Assert.Equal(["N", 8, 4, 4], model.Graph.Nodes[0].Output.Dims!);
        Assert.Equal(["N", 128], model.Graph.Nodes[1].Output.Dims!);
        Assert.All(model.Graph.Nodes, node => Assert.Equal(ElementType.Float, node.Output.Type));
        Assert.False(new InferShapes().Run(model).Changed);
    }

    [Fact]
    public void InferShapes_ModelThatRunsOnOnePictureOnly_SaysSo()
    {
        var model = Nets.Of(4, (graph, x) =>
            graph.Add("Reshape", x, graph.AddInitializer("shape", TensorData.Create([1L, 144], 2))).Output);

        var result = new InferShapes().Run(model);

        Assert.Contains("one picture only", Assert.Single(result.LeftAlone));
        Assert.Equal([1, 144], model.Graph.Outputs[0].Dims!);
    }

    [Fact]
    public void InferShapes_FreeSides_NeedsAShape()
    {
        var model = Nets.Of(4, (graph, x) => graph.Conv(x, 4, 8).Output);
        model.Graph.Inputs[0].Dims = ["N", 4, "H", "W"];

        Assert.Throws<UnsupportedModelException>(() => new InferShapes().Run(model));
        new InferShapes(new Dictionary<string, long[]> { ["x"] = [1, 4, 10, 12] }).Run(model);

        Assert.Equal(["N", 8, 8, 10], model.Graph.Outputs[0].Dims!);
    }

    /// <summary>Runs a pass that must change the graph and not what it computes, by a bit.</summary>
    [Theory]
    [InlineData("SAME_UPPER", 3, 2, 1)]
    [InlineData("SAME_LOWER", 3, 2, 1)]
    [InlineData("SAME_UPPER", 5, 1, 1)]
    [InlineData("SAME_UPPER", 2, 3, 1)]
    [InlineData("VALID", 3, 2, 1)]
    public void ExplicitPads_WhereTheSizeIsKnown_WritesThemOut(string mode, int kernel, int stride, int dilation)
    {
        var model = Nets.Of(4, (graph, x) =>
        {
            var conv = graph.Conv(x, 4, 8, kernel);
            conv.Attributes.Set("dilations", dilation, dilation);
            var pool = graph.Add("MaxPool", conv.Output);
            pool.Attributes.Set("kernel_shape", 2, 2);
            foreach (var node in new[] { conv, pool })
            {
                node.Attributes.Set("strides", stride, stride);
                node.Attributes.Set("auto_pad", mode);
            }

            return pool.Output;
        });
        new InferShapes().Run(model);

        var after = Unchanged(model, new ExplicitPads());

        Assert.All(after.Graph.Nodes, node =>
        {
            Assert.False(node.Attributes.Contains("auto_pad"));
            Assert.Equal(4, node.Attributes.GetInts("pads")!.Count);
        });
    }

    [Fact]
    public void ExplicitPads_WhereTheSizeIsNotKnown_LeavesThemAndSaysWhy()
    {
        var model = Nets.Of(4, (graph, x) =>
        {
            var conv = graph.Conv(graph.Add("Relu", x).Output, 4, 8);
            conv.Attributes.Set("auto_pad", "SAME_UPPER");
            return conv.Output;
        });

        var result = new ExplicitPads().Run(model);

        Assert.False(result.Changed);
        Assert.Contains("not known", Assert.Single(result.LeftAlone));
    }

    private static OnnxModel Unchanged(OnnxModel model, IGraphPass pass)
    {
        var before = Tensors.Run(model)[0];

        Assert.True(pass.Run(model).Changed);

        Assert.Empty(GraphValidator.Problems(model));
        Assert.True(before.ContentEquals(Tensors.Run(model)[0]));
        return model;
    }
}
