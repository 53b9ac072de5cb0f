using BpDao.Core;
using BpDao.Evm.Gas;

namespace BpDao.Evm.Instructions;

/// <summary>LOG0 to LOG4.</summary>
internal static unsafe class Logs
{
    public static HaltReason Log0(VirtualMachine vm, Frame frame, UInt256* sp) => Log(vm, frame, sp, 0);

    public static HaltReason Log1(VirtualMachine vm, Frame frame, UInt256* sp) => Log(vm, frame, sp, 1);

    public static HaltReason Log2(VirtualMachine vm, Frame frame, UInt256* sp) => Log(vm, frame, sp, 2);

    public static HaltReason Log3(VirtualMachine vm, Frame frame, UInt256* sp) => Log(vm, frame, sp, 3);

    public static HaltReason Log4(VirtualMachine vm, Frame frame, UInt256* sp) => Log(vm, frame, sp, 4);

    private static HaltReason Log(VirtualMachine vm, Frame frame, UInt256* sp, int topicCount)
    {
        if (frame.IsStatic) return HaltReason.WriteInStaticCall;
        if (!frame.TryReach(sp[0], sp[-1], out int start, out int count)
            || !frame.TryCharge((GasCosts.LogTopic * topicCount) + (GasCosts.LogByte * count)))
        {
            return HaltReason.OutOfGas;
        }

        Hash256[] topics = topicCount == 0 ? [] : new Hash256[topicCount];
        for (int i = 0; i < topicCount; i++) topics[i] = sp[-2 - i].ToHash();
        byte[] data = new ReadOnlySpan<byte>(frame.Memory + start, count).ToArray();
        vm.World.AddLog(new LogEntry(frame.Account.Address, topics, data));
        return HaltReason.None;
    }
}
