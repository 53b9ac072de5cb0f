using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace BpDao.Architecture.Tests;

/// <summary>Reads what methods of an assembly are compiled to.</summary>
internal static class IntermediateLanguage
{
    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Where(f => f.FieldType == typeof(OpCode)).Select(f => (OpCode)f.GetValue(null)!).ToDictionary(o => o.Value);

    /// <summary>Each method that has a body, as <c>Namespace.Type.Method</c>, with its instructions.</summary>
    public static IReadOnlyList<(string Method, IReadOnlyList<OpCode> Instructions)> Of(string assembly)
    {
        using FileStream file = File.OpenRead(assembly);
        using PEReader reader = new(file);
        MetadataReader metadata = reader.GetMetadataReader();
        List<(string, IReadOnlyList<OpCode>)> methods = [];
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            MethodDefinition method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0) continue;
            ImmutableArray<byte> code = reader.GetMethodBody(method.RelativeVirtualAddress).GetILContent();
            methods.Add(($"{NameOf(metadata, method.GetDeclaringType())}.{metadata.GetString(method.Name)}", Decode(code)));
        }

        return methods;
    }

    private static List<OpCode> Decode(ImmutableArray<byte> code)
    {
        List<OpCode> instructions = [];
        for (int at = 0; at < code.Length;)
        {
            short value = code[at] == 0xfe ? (short)((0xfe << 8) | code[at + 1]) : code[at];
            OpCode op = OpCodesByValue[value];
            instructions.Add(op);
            at += op.Size + OperandSize(op, code, at + op.Size);
        }

        return instructions;
    }

    private static int OperandSize(OpCode op, ImmutableArray<byte> code, int at) => op.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code.AsSpan()[at..])),
        _ => 4,
    };

    private static string NameOf(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        string name = metadata.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer ? $"{NameOf(metadata, outer)}.{name}" : $"{metadata.GetString(type.Namespace)}.{name}";
    }
}
