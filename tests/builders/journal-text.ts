/** A journal entry as a person might write it, a little over 500 words, for tests that need an acceptable one. */
export const journalText: string = `
I want to put down what happened before I forget how it felt, because an hour from now I will tell myself a nicer
version of it. The first trade this morning was the one from my plan. I had the level from last night, price came
down to it slowly, I waited for the candle to close and then bought. That part was fine and I would do it again. It
went up for maybe ten minutes and I was already thinking about how the week would look with a good Monday. Then it
turned around without any reason that I could see and walked straight down into my stop.

The loss was about a dollar. Written here it looks silly that a dollar could move me like this. But my stomach went
tight and my face got warm, and the thing I noticed is that my fingers were typing before I had decided anything. I
did not look at the chart, I did not ask whether the level still meant something. I only wanted the dollar back, and
I wanted it from the same coin, as if it owed me. When the screen said that the pair was closed to me for a minute I
got angry at the program, which is funny now. Then I tried again. That second attempt is the one that bothers me,
because by then I knew exactly what I was doing.

What was going on around it? I slept badly, five hours perhaps, since the neighbours had people over. I skipped
breakfast. My brother called just before the open about the money for the roof and I said everything was under
control, which was not quite a lie but close. So I sat down already wanting to prove something. I can see that a
small loss on a day like this is not small for me; it lands on top of all the rest.

The plan says two setups each morning and nothing after a stop until I have walked around the block. I wrote that
rule myself in spring after the bad week in April, when three revenge trades cost more than the whole month had
earned. Reading it again, there is nothing wrong with the rule. I just did not open the file today. Next time the
file should be on the second monitor before the first order, so that I have to look at it.

What would I say to a friend who told me this story? Probably that the stop did its job. The idea was wrong, it cost
what it was allowed to cost, and the account is fine. There are about two hundred more mornings this year. Nobody
takes away the setup; if the coin builds a base it will still be there tomorrow, and if it does not then I was
saved from something worse.

For the rest of today: I am going to eat, take the bicycle down to the river and leave the phone at home. If I come
back to the desk at all it will be after three, at half size, and only for the second level from the plan. If that
one does not come either, then a day with one small loss is simply a day with one small loss. Breathing slower now.
My shoulders came down somewhere in the middle of writing this, so it was good for something after all.
`;

/** Entries in other languages and scripts, of a hundred words or so each. */
export const journalTexts: Readonly<
  Record<'English' | 'German' | 'Russian' | 'Chinese' | 'Arabic' | 'Korean', string>
> = {
  English: `
Before I go on I want to be honest about the afternoon. The plan was one trade on the pullback and then the dentist.
Instead I sat through lunch staring at the book, and when the bid thinned out I bought because I was bored. There was
no setup. It worked for a minute, which is the dangerous part, since a win like that teaches me that waiting is for
other people. When it came back through my price I moved my eyes away from the screen rather than decide. The stop
took me out while I was looking at the kettle. What I felt was mostly shame, a little relief, and then the pull to
make it clean again before anyone could see. Nobody sees it but me. I will set an alarm for the planned hour and
leave the chair when it is over, whatever the market does then.`,
  German: `
Heute Morgen hatte ich einen klaren Plan und habe ihn nach einer halben Stunde schon vergessen. Der erste Handel war
in Ordnung, er kam aus der Liste von gestern Abend, und der Stopp lag dort, wo er liegen sollte. Als er ausgelöst
wurde, habe ich mich geärgert, obwohl der Betrag klein war. Dann saß ich vor dem Bildschirm und suchte nach einem
Grund, sofort wieder einzusteigen. Ich wusste, dass es keinen gab, und trotzdem lag die Hand schon auf der Tastatur.
Mein Nacken war hart und ich habe die Luft angehalten. Wenn ich ehrlich bin, ging es nicht um das Geld, sondern darum,
recht zu behalten. Am Nachmittag gehe ich mit dem Hund an den Fluss und lasse den Rechner aus. Morgen lese ich zuerst
den Plan, dann öffne ich die Kurse, und nach einem Stopp stehe ich auf und mache mir einen Tee.`,
  Russian: `
Сегодня утром я проснулся уставшим и сразу сел за экран, хотя обещал себе сначала позавтракать. Первая сделка была по
плану, я ждал уровень почти час и вошёл спокойно. Цена пошла вниз, стоп сработал, и убыток был таким, как я рассчитал.
Но внутри стало горячо, и я захотел вернуть эти деньги немедленно, как будто рынок мне что-то должен. Я открыл ту же
пару, набрал сумму больше обычной и только тогда заметил, что даже не смотрел на график. Программа не дала мне войти,
и я разозлился на неё, хотя она была права. Сейчас я понимаю, что дело не в деньгах, а в том, что мне трудно признать
ошибку. Вечером пойду гулять без телефона, а завтра начну с чтения плана и с половины размера.`,
  Chinese: `
今天早上我本来有一个很清楚的计划，只做昨天晚上写下来的那个位置。价格慢慢跌下来，我等到收盘才买，心里很平静。十分钟以后行情忽然转向，
止损被打掉了，亏的钱不多，正好是我愿意付的数目。可是我的脸一下子热起来，手指已经在打字，想马上买回来。我没有看图，也没有问自己
理由还在不在，只是想把那一点钱拿回来。系统不让我进去，我还对着屏幕生气，现在想想觉得好笑。昨晚睡得不好，父亲打电话来问房子的事，
我说一切都好，其实心里很乱。这样的日子里，一个小小的亏损也会变得很重。下午我打算去河边骑车，把手机留在家里。明天先读计划，
再打开行情，如果那个机会不来，就什么也不做，这样也是好的一天。`,
  Arabic: `
استيقظت هذا الصباح متعبا وجلست أمام الشاشة قبل أن أشرب قهوتي، مع أنني وعدت نفسي بأن أقرأ الخطة أولا. كانت الصفقة الأولى
من القائمة التي كتبتها أمس، وانتظرت السعر حتى وصل إلى المستوى ثم دخلت بهدوء. بعد عشر دقائق انقلب السوق وخرجت بالخسارة التي
حسبتها من قبل، ولم تكن كبيرة. لكن قلبي صار يدق بسرعة، وأردت أن أعود فورا كأن العملة مدينة لي بشيء. لم أنظر إلى الرسم ولم أسأل
نفسي عن السبب. عندما منعني البرنامج من الدخول غضبت منه، والآن أبتسم لأنه كان على حق. أظن أن الأمر لا يتعلق بالمال بل بالخوف من
أن أكون مخطئا. سأخرج بعد الظهر للمشي قرب النهر وأترك الهاتف في البيت، وغدا أبدأ بالخطة ثم بنصف الحجم المعتاد.`,
  Korean: `
오늘 아침에는 계획이 분명했는데 삼십 분도 지나지 않아 그 계획을 잊어버렸다. 첫 번째 거래는 어젯밤에 적어 둔 자리에서 나왔고 나는 그 자리를
오래 기다렸다가 차분하게 들어갔다. 그런데 가격이 갑자기 돌아서면서 손절이 나갔고 손실은 내가 정한 만큼이었다. 나는 그 작은 돈 때문에 얼굴이
뜨거워졌고 손가락이 먼저 움직이고 있었다. 차트도 보지 않았고 이유도 묻지 않았다. 나는 그 돈을 바로 되찾고 싶었다. 프로그램이 나를 막았을 때
나는 화가 났지만 지금은 그 일이 조금 우습다. 어젯밤에 잠을 거의 못 잤고 아침도 먹지 않았다. 그런 날에는 작은 손실도 작지 않다는 것을 나는
이제 안다. 오후에는 강가로 나가서 걸을 것이고 휴대폰은 집에 두고 갈 것이다. 내일은 계획을 먼저 읽고 그 다음에 화면을 켤 것이다. 나는 그 순서를
지키고 싶다.`,
};
