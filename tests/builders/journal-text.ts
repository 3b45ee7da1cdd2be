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
