using System.Globalization;
using System.Text;
using BpDao.Core;

namespace BpDao.Evm.Tracing;

/// <summary>Writes one JSON line for each instruction (EIP-3155).</summary>
public sealed class Eip3155Tracer(TextWriter output) : ITxTracer
{
    private readonly StringBuilder _line = new();

    public bool TracesOpcodes => true;

    public void OnEnter(in FrameStart frame)
    {
    }

    public void OnExit(in FrameEnd frame)
    {
    }

    public void OnOpcode(in OpcodeStep step)
    {
        // The cost is known when the instruction has run; until then only what stood before it can be written.
        _line.Clear();
        _line.Append(CultureInfo.InvariantCulture, $"{{\"pc\":{step.Pc},\"op\":{step.Opcode},\"opName\":\"{NameOf(step.Opcode)}\"");
        _line.Append(CultureInfo.InvariantCulture, $",\"gas\":\"0x{step.Gas:x}\",\"memSize\":{step.Memory.Length},\"stack\":[");
        for (int i = 0; i < step.Stack.Length; i++)
        {
            if (i != 0) _line.Append(',');
            _line.Append('"').Append(step.Stack[i].ToHexQuantity()).Append('"');
        }

        _line.Append(CultureInfo.InvariantCulture, $"],\"depth\":{step.Depth + 1},\"refund\":{step.Refund}");
        if (!step.ReturnData.IsEmpty) _line.Append(",\"returnData\":\"").Append(Hex.Encode(step.ReturnData)).Append('"');
    }

    public void OnOpcodeDone(long gasCost, HaltReason halt)
    {
        _line.Append(CultureInfo.InvariantCulture, $",\"gasCost\":\"0x{gasCost:x}\"");
        if (halt is not (HaltReason.None or HaltReason.Reverted)) _line.Append(",\"error\":\"").Append(halt).Append('"');
        output.WriteLine(_line.Append('}').ToString());
    }

    public void OnSelfDestruct(in Address contract, in Address beneficiary, in UInt256 balance)
    {
    }

    private static string NameOf(byte opcode) =>
        Enum.IsDefined((Opcode)opcode) ? ((Opcode)opcode).ToString() : string.Create(CultureInfo.InvariantCulture, $"opcode 0x{opcode:x2}");
}
